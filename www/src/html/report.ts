import { isError } from '../core/brand.js';
import { say } from '../core/console.js';
import { call, get } from '../dom/nodes.js';

const said = new WeakMap<object, Set<string>>();

/** Says once what is wrong with an attribute of an element; a closed bus is said once for all of them. */
export function report(element: Element, attribute: string, error: unknown): void {
  const closed = isClosed(error);
  if (!first(closed ? report : element, closed ? error.message : attribute)) return;
  const what = `trolleybus: ${attribute} of ${outline(element)}:`;
  if (!say('error', what, error)) say('error', what, 'an error that cannot be shown');
}

// An error of the page's own, from an interceptor for example, may be anything.
function isClosed(error: unknown): error is Error {
  try {
    return isError(error) && (error as { code?: unknown }).code === 'TB_CLOSED';
  } catch {
    return false;
  }
}

/** What is wrong with markup, in the words in which that is said of options. */
export function wrong(expected: string, got: string | undefined): SyntaxError {
  return new SyntaxError(`expected ${expected}, got ${got === undefined ? 'none' : JSON.stringify(got)}`);
}

/** What was wrong may be right now. */
export function forget(element: Element, attribute: string): void {
  said.get(element)?.delete(attribute);
}

function first(of: object, what: string): boolean {
  const before = said.get(of) ?? new Set();
  said.set(of, before);
  return before.size !== before.add(what).size;
}

/** The element's own tag. */
export function outline(element: Element): string {
  const text = `<${get(element, 'localName')}${call(element, 'getAttributeNames').map((name) => ` ${name}="${call(element, 'getAttribute', name)}"`).join('')}>`;
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
