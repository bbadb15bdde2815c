import { wrong } from './report.js';

/** What an attribute names: `topic`, `topic path`, or `.path` of the item of the template that the element is in. */
export interface Place {
  /** A topic or pattern; empty where the path is the item's. */
  readonly topic: string;
  readonly path: readonly string[];
  /** `!` before the path: the opposite. */
  readonly not: boolean;
}

/** Topics have no white space, and never begin with a dot. */
export function parsePlace(text: string): Place {
  const [first = '', second = '', more] = text.trim().split(/\s+/);
  const relative = first.startsWith('.');
  if (first === '' || more !== undefined || relative && second !== '') {
    throw wrong('"topic", "topic path" or, inside a template, ".path"', text);
  }
  return { topic: relative ? '' : first, ...parsePath(relative ? first.slice(1) : second) };
}

/** Names joined by dots; an empty path is all of the data. */
export function parsePath(text: string): Pick<Place, 'path' | 'not'> {
  const not = text.startsWith('!');
  const path = not ? text.slice(1) : text;
  return { path: path === '' ? [] : path.split('.'), not };
}

/** Own properties only: data has no say in what `constructor` or a method is. */
export function read(data: unknown, { path, not }: Pick<Place, 'path' | 'not'>): unknown {
  let value: any = data;
  for (const name of path) value = value != null && Object.hasOwn(value, name) ? value[name] : undefined;
  return not ? !value : value;
}

/** What an attribute says as JSON. */
export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('JSON', text);
  }
}
