/**
 * Where `actual` does not have what `expected` asks for, in words; undefined when it has. Objects may have more members
 * than are asked for, arrays, maps and sets not more elements. A function decides by itself, a RegExp tests a string,
 * and the asymmetric matchers of jest and vitest do as they do there.
 */
export function difference(expected: unknown, actual: unknown, path = '$', seen = new Map<unknown, unknown>()): string | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (typeof expected === 'function') return expected(actual) ? undefined : `${path}: ${expected.name || 'the function'} refuses ${show(actual)}`;
  const wrong = `${path} is ${show(actual)}, not ${show(expected)}`;
  if (typeof expected !== 'object' || expected === null) return wrong;
  if ('asymmetricMatch' in expected && typeof expected.asymmetricMatch === 'function') return expected.asymmetricMatch(actual) ? undefined : wrong;
  if (expected instanceof RegExp && typeof actual === 'string') return new RegExp(expected).test(actual) ? undefined : `${path} is ${show(actual)}, which ${String(expected)} does not match`;
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) !== Array.isArray(actual)) return wrong;
  if (seen.get(expected) === actual) return undefined;
  seen.set(expected, actual);
  if (expected instanceof Date) return actual instanceof Date && +actual === +expected ? undefined : wrong;
  if (expected instanceof Error) return actual instanceof Error && actual.name === expected.name && actual.message === expected.message ? undefined : wrong;
  if (expected instanceof Map || expected instanceof Set) {
    return expected.constructor === actual.constructor ? difference([...expected], [...actual as Iterable<unknown>], path, seen) : wrong;
  }
  if (ArrayBuffer.isView(expected) && expected.constructor !== actual.constructor) return wrong;
  if (Array.isArray(expected) || ArrayBuffer.isView(expected)) {
    const { length } = expected as ArrayLike<unknown>, got = (actual as ArrayLike<unknown>).length;
    if (length !== got) return `${path} has ${got} elements, not ${length}`;
  }
  for (const key of Object.keys(expected)) {
    const at = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    if (!(key in actual)) return `${at} is missing`;
    const found = difference((expected as Record<string, unknown>)[key], (actual as Record<string, unknown>)[key], at, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

const LONGEST = 200;

/** A value on one line. */
export function show(value: unknown): string {
  const text = inspect(value, 4, []);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function inspect(value: unknown, depth: number, within: readonly unknown[]): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name || 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (within.includes(value)) return '(itself)';
  try {
    if ('asymmetricMatch' in value || value instanceof RegExp || value instanceof Error) return String(value);
    if (value instanceof Date) return Number.isNaN(+value) ? 'invalid Date' : value.toISOString();
    const list = Array.isArray(value) || value instanceof Set || value instanceof Map || ArrayBuffer.isView(value) && Symbol.iterator in value;
    const name = Array.isArray(value) || value.constructor === Object || value.constructor === undefined ? '' : `${value.constructor.name} `;
    if (depth === 0) return list ? `${name}[...]` : `${name}{...}`;
    const part = (inner: unknown): string => inspect(inner, depth - 1, [...within, value]);
    if (list) return `${name}[${[...value as Iterable<unknown>].slice(0, 50).map(part).join(', ')}]`;
    return `${name}{${Object.entries(value).slice(0, 50).map(([key, inner]) => ` ${key}: ${part(inner)}`).join(',')} }`;
  } catch {
    return 'something that cannot be shown';
  }
}
