import { PayloadError } from './errors.js';

// A property's path is known only when something is wrong, so it is found by a second, slower walk.
const holders = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * JSON of a payload, or a PayloadError that says where it cannot be had without changing it (D11). Dates and other
 * objects with a toJSON become what that says; binary data becomes base64, which is what Go decodes into a []byte.
 */
export function toJSON(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, check);
  } catch (error) {
    if (error instanceof PayloadError) throw locate(value, error);
    throw new PayloadError('$', error instanceof Error ? error.message : 'cannot be read', { cause: error });
  }
  if (text === undefined) throw new PayloadError('$', `${typeof value} has no JSON form`);
  // JSON.stringify writes a lone surrogate as an escape and a pair as it is; Go would read U+FFFD for the escape.
  if (text.includes('\\ud') && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text)) {
    throw new PayloadError('$', 'a string has a lone surrogate, which has no UTF-8 form');
  }
  return text;
}

function check(this: unknown, key: string, value: unknown): unknown {
  const reason = wrong(value) ?? lost(this, key, value);
  if (reason !== undefined) throw new PayloadError(key === '' ? '$' : key, reason);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return base64(bytesOf(value, key));
  return value;
}

// What JSON.stringify would silently write as null.
function lost(holder: unknown, key: string, value: unknown): string | undefined {
  if (value === undefined && Array.isArray(holder)) return 'undefined in an array has no JSON form';
  const given = value === null || value instanceof Date ? (holder as Record<string, unknown>)[key] : undefined;
  if (given instanceof Date && Number.isNaN(given.getTime())) return 'an invalid Date has no JSON form';
  return undefined;
}

function wrong(value: unknown): string | undefined {
  switch (typeof value) {
    case 'bigint': return 'a BigInt has no exact JSON form; send it as a string';
    case 'function': return 'a function cannot leave JavaScript';
    case 'symbol': return 'a symbol cannot leave JavaScript';
    case 'number': return Number.isFinite(value) ? undefined : `${value} has no JSON form`;
    case 'object': return value === null ? undefined : foreign(value);
    default: return undefined;
  }
}

function foreign(value: object): string | undefined {
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  // Instances of the page's own classes are records; built-in and DOM objects keep their state where JSON cannot see it.
  return tag === 'Object' ? undefined : `a ${tag} has no JSON form; publish a plain object`;
}

function bytesOf(value: ArrayBufferView | ArrayBuffer, key: string): Uint8Array {
  const buffer = value instanceof ArrayBuffer ? value : value.buffer;
  if ((buffer as { detached?: boolean }).detached ?? false) throw new PayloadError(key === '' ? '$' : key, 'the buffer is detached');
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!(value instanceof Uint8Array || value instanceof Uint8ClampedArray)) {
    throw new PayloadError(key === '' ? '$' : key, 'only byte arrays have a JSON form; use Array.from or a Uint8Array');
  }
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** In pieces, since a call takes only so many arguments. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** The same error with the whole path, if the payload still fails in the same way. */
function locate(root: unknown, error: PayloadError): PayloadError {
  const seen = new Set<object>();
  const walk = (value: unknown, path: string): string | undefined => {
    if (wrong(value) !== undefined) return path;
    if (!holders(value) || seen.has(value) || ArrayBuffer.isView(value)) return undefined;
    seen.add(value);
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      const at = typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
      const member = (value as Record<string | number, unknown>)[key];
      const found = lost(value, String(key), member) !== undefined ? at : walk(member, at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  let path: string | undefined;
  try {
    path = walk(root, '$');
  } catch {
    return error; // a getter that throws now: the first error says enough
  }
  if (path === undefined) return error;
  return new PayloadError(path, error.message.slice(error.message.indexOf(': ') + 2));
}

/** Bytes of a top-level binary payload; undefined when it is none. */
export function binary(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer || value instanceof Uint8Array || value instanceof Uint8ClampedArray) return bytesOf(value, '');
  return undefined;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function checkWellFormed(text: string): void {
  if (LONE_SURROGATE.test(text)) throw new PayloadError('$', 'the string has a lone surrogate, which has no UTF-8 form');
}
