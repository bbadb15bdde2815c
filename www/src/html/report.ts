const said = new WeakMap<Element, Set<string>>();

/** Says what is wrong with an element on the console, once for each attribute. */
export function report(element: Element, attribute: string, problem: unknown): void {
  let attributes = said.get(element);
  if (attributes === undefined) said.set(element, attributes = new Set());
  if (attributes.has(attribute)) return;
  attributes.add(attribute);
  const { code, message } = problem as { code?: string; message?: string };
  console.error(`trolleybus: ${attribute}=${JSON.stringify(element.getAttribute(attribute))}: ${code ? `${code}: ` : ''}${message ?? problem}`, element);
}
