import { isDate, isError, isPlain } from '../core/brand.js';
import { isArrayBuffer, isMap, isRegExp, isSet, platformClass, typedArray } from '../core/platform.js';

/** More pairs of values than these are not compared: data may have no end, such as that of a proxy. */
const MOST = 200_000;

interface Place { readonly key: string; readonly up: Place | undefined }
interface Pair { readonly expected: unknown; readonly actual: unknown; readonly place: Place }

/**
 * Where `actual` does not have what `expected` asks for, in words; undefined when it has. Objects may have more members
 * than are asked for, arrays, maps and sets not more elements. A function decides by itself, a RegExp tests a string,
 * and the asymmetric matchers of jest and vitest do as they do there. Objects of the platform are the same if they say the
 * same of themselves, as URLs do, and otherwise only as themselves. Data may be of any depth, of another realm, and refer back.
 */
export function difference(expected: unknown, actual: unknown, path = '$'): string | undefined {
  // A list instead of recursion: data may be deeper than the engine's stack.
  const waiting: Pair[] = [{ expected, actual, place: { key: path, up: undefined } }];
  const seen = new Map<unknown, Set<unknown>>();
  for (let count = 0; waiting.length > 0; count++) {
    const { expected, actual, place } = waiting.pop()!;
    if (count === MOST) return `${name(place)} and what comes after it are not compared: there are more than ${MOST} values`;
    const before = seen.get(expected);
    if (before?.has(actual)) continue;
    if (typeof expected === 'object' && expected !== null) before === undefined ? seen.set(expected, new Set([actual])) : before.add(actual);
    const found = compare(expected, actual, place);
    if (typeof found === 'string') return found;
    if (found !== undefined) for (let i = found.length - 1; i >= 0; i--) waiting.push(found[i]!);
  }
  return undefined;
}

/** What is wrong with one value, or what is left to be compared within it, in its order. */
function compare(expected: unknown, actual: unknown, place: Place): string | Pair[] | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (typeof expected === 'function') return expected(actual) ? undefined : `${name(place)}: ${expected.name || 'the function'} refuses ${show(actual)}`;
  const wrong = (): string => `${name(place)} is ${show(actual)}, not ${show(expected)}`;
  const unless = (same: boolean): string | undefined => same ? undefined : wrong();
  if (typeof expected !== 'object' || expected === null) return wrong();
  if ('asymmetricMatch' in expected && typeof expected.asymmetricMatch === 'function') return unless(expected.asymmetricMatch(actual));
  // Asking others for their brand costs an exception for each that they are not of.
  if (Array.isArray(expected) || isPlain(expected)) {
    return Array.isArray(expected) === Array.isArray(actual) && typeof actual === 'object' && actual !== null ? members(expected, actual, place) : wrong();
  }
  if (isMap(expected) || isSet(expected)) {
    return (isMap(expected) ? isMap : isSet)(actual) ? [{ expected: [...expected], actual: [...actual as Iterable<unknown>], place }] : wrong();
  }
  if (isRegExp(expected)) {
    if (typeof actual !== 'string') return unless(isRegExp(actual) && String(actual) === String(expected));
    return new RegExp(expected).test(actual) ? undefined : `${name(place)} is ${show(actual)}, which ${String(expected)} does not match`;
  }
  if (typeof actual !== 'object' || actual === null) return wrong();
  if (isDate(expected)) return unless(isDate(actual) && Object.is(+actual, +expected));
  if (isError(expected)) return unless(isError(actual) && actual.name === expected.name && actual.message === expected.message);
  const numbers = numbersOf(expected), got = numbersOf(actual);
  if (numbers?.kind !== got?.kind) return wrong();
  const state = numbers === undefined ? stateOf(expected) : undefined;
  if (state !== undefined) return state === expected || classOf(expected) !== classOf(actual) ? wrong() : [{ expected: state, actual: stateOf(actual), place }];
  return members(numbers?.list ?? expected, got?.list ?? actual, place);
}

function members(expected: object, actual: object, place: Place): string | Pair[] {
  const list = Array.isArray(expected) || ArrayBuffer.isView(expected);
  if (list) {
    const { length } = expected as ArrayLike<unknown>, got = (actual as ArrayLike<unknown>).length;
    if (length !== got) return `${name(place)} has ${got} elements, not ${length}`;
  }
  const inner: Pair[] = [];
  const add = (key: string | number): string | undefined => {
    const wanted = (expected as Record<string | number, unknown>)[key], value = (actual as Record<string | number, unknown>)[key];
    if (value !== undefined && Object.is(wanted, value)) return undefined; // most of a long list
    const at = { key: list ? `[${key}]` : `.${key}`, up: place };
    if (!(key in actual)) return `${name(at)} is missing`;
    inner.push({ expected: wanted, actual: value, place: at });
    return undefined;
  };
  if (ArrayBuffer.isView(expected)) {
    for (let i = 0; i < (expected as Uint8Array).length && inner.length === 0; i++) add(i);
    return inner;
  }
  for (const key of Object.keys(expected)) {
    const missing = add(key);
    if (missing !== undefined) return missing;
  }
  return inner;
}

/** What a typed array, a DataView or an ArrayBuffer has, and which of them it is. */
function numbersOf(value: object): { kind: string; list: ArrayLike<unknown> } | undefined {
  if (isArrayBuffer(value)) return { kind: 'ArrayBuffer', list: new Uint8Array(value) };
  if (!ArrayBuffer.isView(value)) return undefined;
  const kind = typedArray(value);
  return kind === undefined ? { kind: 'DataView', list: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) } : { kind, list: value as Uint8Array };
}

const classOf = (value: object): string => platformClass(Object.getPrototypeOf(value) as object | null);

/**
 * Objects of the platform have no members, or not these alone: what such a one says of itself, as a URL and a boxed number do;
 * itself where that is nothing, so that it is the same as no other one. Undefined: its members say it all.
 */
function stateOf(value: object): unknown {
  if (classOf(value) === '') return undefined;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return toJSON.call(value);
  const primitive: unknown = value.valueOf();
  if (primitive !== value) return primitive;
  const text = String(value);
  // In browsers each Event has isTrusted itself.
  return !text.startsWith('[object ') ? text : Object.keys(value).every((key) => key === 'isTrusted') ? value : undefined;
}

/** The last of very long paths say enough. */
function name(place: Place): string {
  const keys = [];
  let up: Place | undefined = place;
  for (; up !== undefined && keys.length < 50; up = up.up) keys.push(up.key);
  return (up === undefined ? '' : '...') + keys.reverse().join('');
}

const LONGEST = 200;

/** A value on one line. */
export function show(value: unknown): string {
  const text = inspect(value, 4, [], { left: LONGEST });
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/** `room`: characters that are still shown. Each value takes one at least, so that wide data ends too. */
function inspect(value: unknown, depth: number, within: readonly unknown[], room: { left: number }): string {
  const text = (shown: string): string => {
    room.left -= shown.length + 1;
    return shown;
  };
  if (typeof value === 'string') return text(JSON.stringify(value.slice(0, 2 * LONGEST)));
  if (typeof value === 'bigint') return text(`${value}n`);
  if (typeof value === 'function') return text(value.name || 'function');
  if (typeof value !== 'object' || value === null) return text(String(value));
  if (within.includes(value)) return text('(itself)');
  try {
    if ('asymmetricMatch' in value || isRegExp(value) || isError(value)) return text(String(value));
    if (isDate(value)) return text(Number.isNaN(+value) ? 'invalid Date' : value.toISOString());
    const list = Array.isArray(value) || isSet(value) || isMap(value) || typedArray(value) !== undefined;
    const name = Array.isArray(value) || value.constructor?.name === 'Object' || value.constructor === undefined ? '' : `${value.constructor.name} `;
    const state = list ? undefined : stateOf(value);
    if (typeof state !== 'object' && state !== undefined) return `${name}${inspect(state, depth, within, room)}`;
    if (depth === 0) return text(list ? `${name}[...]` : `${name}{...}`);
    room.left -= name.length + 2;
    const parts: string[] = [];
    const part = (inner: unknown, key: string): boolean => {
      parts.push(key + inspect(inner, depth - 1, [...within, value], room));
      return room.left > 0;
    };
    if (list) {
      for (const inner of value as Iterable<unknown>) if (!part(inner, '')) break;
      return `${name}[${parts.join(', ')}]`;
    }
    for (const key in value) if (Object.hasOwn(value, key) && !part((value as Record<string, unknown>)[key], ` ${key}: `)) break;
    return `${name}{${parts.join(',')} }`;
  } catch {
    return 'something that cannot be shown';
  }
}
