/** Makes an element with children; text is text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** An amount in cents as people read it. */
export const money = (cents) => (cents / 100).toLocaleString('en', { style: 'currency', currency: 'EUR' });
