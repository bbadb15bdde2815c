// What would run or load what it is given, whatever that is: SVG's animations set other elements' attributes.
const ELEMENTS = /^(script|style|iframe|frame|object|embed|base|meta|link|set|animate.*)$/i;
// Code, or what other libraries take for code.
const ATTRIBUTES = /^(on|srcdoc$|style$|is$|data-bus-|(hx|x|v|ng)-|[@:])/;
const ADDRESSES = /^(xlink:)?href$|^(src|action|formaction|data|poster|background|cite|ping|manifest)$/;
const SCHEMES = ['http:', 'https:', 'mailto:', 'tel:', 'sms:', 'blob:'];

/** Throws where data of events has no place, whatever it is. */
export function guard(element: Element, attribute?: string): void {
  if (ELEMENTS.test(element.localName)) throw new TypeError(`refused: <${element.localName}> could run what it is given`);
  if (attribute !== undefined && ATTRIBUTES.test(attribute)) throw new TypeError(`refused: ${attribute} could be code`);
}

/** Sets an attribute as text: true is an empty one, false and nothing is none, and those of ARIA say "true" and "false". */
export function setAttribute(element: Element, name: string, value: unknown, text: string): void {
  const aria = name.startsWith('aria-');
  if (value === undefined || value === null || value === false && !aria) element.removeAttribute(name);
  else {
    const next = value === true && !aria ? '' : text;
    if (ADDRESSES.test(name)) checkAddress(element, name, next);
    if (element.getAttribute(name) !== next) element.setAttribute(name, next);
  }
}

function checkAddress(element: Element, name: string, text: string): void {
  if (!URL.canParse(text, element.baseURI)) return; // leads nowhere
  const { protocol, pathname } = new URL(text, element.baseURI);
  if (SCHEMES.includes(protocol) || protocol === location.protocol) return;
  if (protocol === 'data:' && element.localName === 'img' && pathname.startsWith('image/')) return;
  // The address before it is not the one that was meant either.
  element.removeAttribute(name);
  throw new TypeError(`refused: an address of the scheme ${protocol}`);
}
