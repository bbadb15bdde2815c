/** Names of events as tokens of topics, and back. */

const ILLEGAL = /[\p{White_Space}\p{Cc}%*>]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
/** What a topic may have behind the name of its emitter: bytes, and tokens. */
const MAX_BYTES = 180, MAX_TOKENS = 24;

const COUNT = Symbol.for('trolleybus/emitters');

/** Names of symbols. Where symbols are no keys of a WeakMap yet, they stay for good. */
const symbols = ((): { get(symbol: symbol): string | undefined; set(symbol: symbol, name: string): unknown } => {
  try {
    return new WeakMap<any, string>([[Symbol(), '']]);
  } catch {
    return new Map();
  }
})();

let count = 0;

/** Numbers emitters and symbols of the page, whatever copy of the package asks. */
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
 * `%for;` and its key, or `%symbol;`, a number and its description. What is too long is cut, and told apart by a hash.
 */
export function escapeName(name: string | symbol): string {
  if (typeof name === 'symbol') return symbolName(name);
  if (name === '') return '%';
  const legal = name.replace(ILLEGAL, code);
  const tokens = legal.split('.');
  return short(tokens.includes('') || tokens.length > MAX_TOKENS ? tokens.join('%2e;') : legal);
}

/** The event of a name that was escaped; undefined for one that has no way back. */
export function unescapeName(escaped: string): string | symbol | undefined {
  if (escaped === '%') return '';
  if (escaped.startsWith('%symbol;') || escaped.includes('%cut;')) return undefined;
  if (escaped.startsWith('%for;')) return Symbol.for(unescapeName(escaped.slice(5)) as string);
  return escaped.replace(/%([\da-f]+);/g, (_, digits: string) => String.fromCodePoint(parseInt(digits, 16)));
}

function symbolName(symbol: symbol): string {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return short(`%for;${escapeName(key)}`);
  let name = symbols.get(symbol);
  if (name === undefined) symbols.set(symbol, name = short(`%symbol;${number()};${symbol.description ? escapeName(symbol.description) : ''}`));
  return name;
}

const code = (character: string): string => `%${character.codePointAt(0)!.toString(16)};`;

function short(name: string): string {
  if (name.length <= MAX_BYTES / 3 || new TextEncoder().encode(name).length <= MAX_BYTES) return name;
  let hash = 0xcbf29ce484222325n; // FNV-1a
  for (let i = 0; i < name.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n);
  return `${name.slice(0, MAX_BYTES / 3).replace(/[\ud800-\udbff]$|%[^;]*$|\.$/, '')}%cut;${hash.toString(16)}`;
}
