import { utf8Length } from '../core/text.js';

/** Names of events as tokens of topics, and back. */

const ILLEGAL = /[\p{White_Space}\p{Cc}\p{Surrogate}%*>]/gu;
/** What a topic may have behind the name of its emitter: bytes, and tokens. */
const MAX_BYTES = 180, MAX_TOKENS = 24;

const COUNT = Symbol.for('trolleybus/emitters');

/** Names of symbols. Where symbols are no keys of a WeakMap yet, they stay for good. */
const symbols = ((): Known<symbol> => {
  try {
    return new WeakMap<any, string>([[Symbol(), '']]);
  } catch {
    return new Map();
  }
})();
const objects: Known<object> = new WeakMap<object, string>();

interface Known<T> {
  get(key: T): string | undefined;
  set(key: T, name: string): unknown;
}

let count = 0;

/** Numbers emitters of the page, and symbols and objects that are names of events, whatever copy of the package asks. */
export function number(): number {
  const page = globalThis as { [COUNT]?: unknown };
  count++;
  try {
    const last = page[COUNT] ??= 0; // what is no number is somebody else's
    if (Number.isSafeInteger(last)) page[COUNT] = count = Math.max(count, last as number + 1);
  } catch { /* the page's globals are frozen: this copy's own numbers will do */ }
  return count;
}

/**
 * The name of an event behind that of its emitter. A name that is a legal topic stays as it is; in others each character
 * that is not legal becomes `%` and its number in hexadecimal digits, with a `;`. The empty name is `%`. A symbol is
 * `%for;` and its key, or `%symbol;`, a number and its description. Of what is no text, as in `mitt().on(1, ...)`, it is the
 * type and the value, `%number;1`, or for objects a number of their own, `%object;7`. What is too long is cut, and told
 * apart by a hash.
 */
export function escapeName(name: unknown): string {
  if (typeof name === 'symbol') return symbolName(name);
  if (isObject(name)) return identified(objects, name, () => `%${typeof name};${number()}`);
  if (typeof name !== 'string') return short(`%${name === null ? 'null' : typeof name};${String(name)}`);
  if (name === '') return '%';
  const legal = name.replace(ILLEGAL, code);
  const tokens = legal.split('.');
  return short(tokens.includes('') || tokens.length > MAX_TOKENS ? tokens.join('%2e;') : legal);
}

/** The event of a name that was escaped, alone in an array; an empty one where there is no way back. */
export function unescapeName(escaped: string): unknown[] {
  if (escaped === '%') return [''];
  if (escaped.includes('%cut;')) return [];
  const [, type, text = ''] = /^%(for|symbol|object|function|number|bigint|boolean|undefined|null);(.*)$/s.exec(escaped) ?? [];
  switch (type) {
    case undefined: return [escaped.replace(/%([\da-f]+);/g, (_, digits: string) => String.fromCodePoint(parseInt(digits, 16)))];
    case 'for': return [Symbol.for(unescapeName(text)[0] as string)];
    case 'number': return [Number(text)];
    case 'bigint': return /^-?\d+$/.test(text) ? [BigInt(text)] : [];
    case 'boolean': return [text === 'true'];
    case 'undefined': return [undefined];
    case 'null': return [null];
    default: return [];
  }
}

/** Whether it is the same only as itself, and can be collected. */
export function isObject(name: unknown): name is object {
  return typeof name === 'object' && name !== null || typeof name === 'function';
}

function symbolName(symbol: symbol): string {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return short(`%for;${escapeName(key)}`);
  return identified(symbols, symbol, () => short(`%symbol;${number()};${symbol.description ? escapeName(symbol.description) : ''}`));
}

function identified<T>(known: Known<T>, key: T, make: () => string): string {
  let name = known.get(key);
  if (name === undefined) known.set(key, name = make());
  return name;
}

const code = (character: string): string => `%${character.codePointAt(0)!.toString(16)};`;

function short(name: string): string {
  if (name.length <= MAX_BYTES / 3 || utf8Length(name) <= MAX_BYTES) return name;
  let hash = 0xcbf29ce484222325n; // FNV-1a
  for (let i = 0; i < name.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n);
  return `${name.slice(0, MAX_BYTES / 3).replace(/[\ud800-\udbff]$|%[^;]*$|\.$/, '')}%cut;${hash.toString(16)}`;
}
