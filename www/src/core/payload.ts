import { isDate } from './brand.js';
import { PayloadError, show } from './errors.js';
import { isArrayBuffer, platformClass, platformTag, typedArray } from './platform.js';
import { loneSurrogate } from './text.js';

/** The most that one string or payload may take in Go's memory, which never shrinks. */
export const MAX_BYTES = 16 * 1024 * 1024;
/** Objects and arrays within each other: decoding them, Go nests on the engine's stack, which has room for twice as many. */
export const MAX_DEPTH = 1000;
/** Objects and arrays that are written before it pays to remember what each became: few payloads have more. */
const MANY = 1000;
/** Bytes that are looked through for members beside them: engines list all of them to find one, which for many takes longer than to send them. */
const FEW_BYTES = 1024;
/** Quoted keys that are remembered. */
const MAX_KEYS = 1000;

/**
 * JSON of a payload, or a PayloadError that says where it cannot be had without changing it (D11). Each property is read
 * once. Dates and other objects with a `toJSON` become what that says; bytes become base64, which is what Go decodes into
 * a []byte. Go reads `-0` as it is. `negativeZero`: false where it would be lost later.
 */
export function toJSON(value: unknown, negativeZero = true): string {
  const writer = new Writer(negativeZero);
  try {
    return writer.write(value) || writer.fail('its toJSON() returned undefined, which has no JSON form');
  } catch (error) {
    throw error instanceof PayloadError ? error : writer.unreadable(error);
  }
}

/** The bytes of a payload that is nothing else; undefined where it is not. */
export function binary(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const writer = new Writer(true);
  try {
    if (ArrayBuffer.isView(value)) return writer.bytes(value);
    return platformClass(Object.getPrototypeOf(value) as object | null) === 'ArrayBuffer' && isArrayBuffer(value) ? writer.bytes(value) : undefined;
  } catch (error) {
    throw error instanceof PayloadError ? error : writer.unreadable(error);
  }
}

// What JSON writes as an escape, and surrogates.
const SPECIAL = /[\0-\x1f"\\\ud800-\udfff]/;
const SURROGATE = 'has a lone surrogate, which has no UTF-8 form';

const quotedKeys = new Map<string, string>();

/** Writes one payload. JSON.stringify would call code of the payload's before anybody had seen it, and loses what it does not know. */
class Writer {
  /** Keys from the top to the value that is being written. */
  private readonly path: (string | number)[] = [];
  private depth = 0;
  private readonly within: object[] = [];
  /** Characters so far: data that is shared many times over is far larger than what holds it. */
  private size = 0;
  private visits = 0;
  /** The greatest depth since somebody looked. */
  private deepest = 0;
  /** What objects became after the first MANY, and how far they are nested: shared data is walked once, not once for each way to it. */
  private readonly known = new Map<object, { readonly text: string; readonly height: number }>();

  /** Whether what was written last is by a toJSON that asks for its key. */
  private keyed = false;

  constructor(private readonly negativeZero: boolean) {}

  /** The text; none for an object whose toJSON returns undefined, which leaves it out. */
  write(value: unknown): string {
    switch (typeof value) {
      case 'string': return this.quote(value);
      case 'number': return this.number(value);
      case 'boolean': return value ? 'true' : 'false';
      case 'object': return value === null ? 'null' : this.object(value);
      case 'undefined': return this.fail(value === undefined ? `undefined ${this.depth > 0 ? 'in an array ' : ''}has no JSON form; use null` : 'document.all cannot leave JavaScript');
      case 'bigint': return this.fail('a BigInt has no exact JSON form; send it as a string');
      default: return this.fail(`a ${typeof value} cannot leave JavaScript; publish plain data`);
    }
  }

  fail(reason: string, options?: ErrorOptions): never {
    throw new PayloadError(pathOf(this.path.slice(0, this.depth)), reason, options);
  }

  /** What the payload's own code threw, or the engine. */
  unreadable(error: unknown): PayloadError {
    let reason = 'cannot be read';
    try {
      const { message } = error as Error;
      if (typeof message === 'string') reason = message.slice(0, 1000);
    } catch {
      // the error's own getters throw
    }
    return new PayloadError(pathOf(this.path.slice(0, this.depth)), reason, { cause: error });
  }

  private grow(characters: number): void {
    this.size += characters;
    if (this.size > MAX_BYTES) this.fail(`the payload is larger than the ${MAX_BYTES} bytes that can cross to Go; publish it in parts`);
  }

  private quote(text: string): string {
    this.grow(text.length);
    if (!SPECIAL.test(text)) return `"${text}"`;
    if (!isWellFormed(text)) this.fail(`the string ${SURROGATE}`);
    return JSON.stringify(text);
  }

  private key(key: string): string {
    let quoted = quotedKeys.get(key);
    if (quoted === undefined) {
      quoted = `${this.quote(key)}:`;
      if (quotedKeys.size >= MAX_KEYS) quotedKeys.clear();
      if (key.length <= 64) quotedKeys.set(key, quoted);
    }
    return quoted;
  }

  private number(value: number): string {
    if (value === 0 && 1 / value < 0) return this.negativeZero ? '-0' : this.fail('-0 would become 0 in JSON; use 0');
    if (!Number.isFinite(value)) this.fail(`${value} has no JSON form; use null or a string`);
    // With an exponent, so that nobody reads the digits as those of an integer that they are not.
    return Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : `${value}`;
  }

  private object(value: object): string {
    if (++this.visits <= MANY) return this.fresh(value);
    const { depth, deepest } = this, known = this.known.get(value);
    let height: number;
    let text: string;
    if (known !== undefined) {
      ({ text, height } = known);
      if (depth + height >= MAX_DEPTH) this.tooDeep(value);
      this.grow(text.length);
    } else {
      this.deepest = depth;
      text = this.fresh(value);
      height = this.deepest - depth;
      if (!this.keyed) this.known.set(value, { text, height });
      this.keyed = false;
    }
    this.deepest = Math.max(deepest, depth + height);
    return text;
  }

  /** `said`: it is what a toJSON gave. */
  private fresh(value: object, said = false): string {
    const { depth } = this, isArray = Array.isArray(value);
    if (depth >= MAX_DEPTH) this.tooDeep(value);
    if (depth > this.deepest) this.deepest = depth;
    this.within[depth] = value;
    if (!isArray) {
      const prototype = Object.getPrototypeOf(value) as object | null;
      if (prototype !== Object.prototype && prototype !== null) {
        if (ArrayBuffer.isView(value)) return this.quote(base64(this.bytes(value)));
        const name = platformClass(prototype);
        if (name !== '') return this.builtin(value, name);
      }
    }
    const { toJSON } = value as { toJSON?: unknown };
    // Some pages give one to all arrays.
    if (typeof toJSON === 'function' && !said && (!isArray || toJSON !== (Array.prototype as { toJSON?: unknown }).toJSON)) {
      const result = this.told(value, toJSON);
      const text = typeof result === 'object' && result !== null ? this.fresh(result, true) : result === undefined ? '' : this.write(result);
      this.keyed = toJSON.length > 0;
      return text;
    }
    if (isArray) return this.array(value);
    this.checkSymbols(value);
    const keys = Object.keys(value);
    let text = '{';
    this.depth++;
    for (let i = 0; i < keys.length; i++) {
      const key = this.path[depth] = keys[i]!;
      const member = key === 'toJSON' ? toJSON : (value as Record<string, unknown>)[key];
      const written = member === undefined ? '' : this.write(member);
      if (written === '') continue;
      this.grow(key.length + 4);
      text += (text === '{' ? '' : ',') + this.key(key) + written;
    }
    this.depth--;
    return text + '}';
  }

  private tooDeep(value: object): never {
    const again = this.within.indexOf(value, this.within.indexOf(value) + 1);
    if (again < 0) return this.fail(`nested more than ${MAX_DEPTH} levels deep; flatten the data`);
    this.depth = again;
    return this.fail('the data is circular; refer to objects by id');
  }

  private array(value: readonly unknown[]): string {
    const { depth } = this, { length } = value;
    let text = '[';
    this.depth++;
    for (let i = 0; i < length; i++) {
      this.path[depth] = i;
      this.grow(2);
      text += (i === 0 ? '' : ',') + (this.write(value[i]) || this.write(undefined));
    }
    const keys = Object.keys(value);
    // Elements come first; one that is not enumerable is none of the keys.
    if (keys.length !== length || length > 0 && keys[length - 1] !== String(length - 1)) {
      const extra = keys.find((key) => !(Number(key) < length && String(Number(key) >>> 0) === key));
      if (extra !== undefined) {
        this.path[depth] = extra;
        this.fail('an array crosses with its elements only, so this property would be lost; use an object for it');
      }
    }
    this.checkSymbols(value);
    this.depth--;
    return text + ']';
  }

  /**
   * Dates, URLs and others are text. What keeps its state where JSON cannot see it has no form, also where it has a toJSON
   * of its own, by which it would come back as something else.
   */
  private builtin(value: object, name: string): string {
    if (name === 'ArrayBuffer' && isArrayBuffer(value)) return this.quote(base64(this.bytes(value)));
    if (name === 'Date' && isDate(value) && Number.isNaN(Date.prototype.getTime.call(value))) this.fail('an invalid Date has no JSON form; use null');
    const { toJSON } = value as { toJSON?: unknown };
    const result = typeof toJSON === 'function' ? this.told(value, toJSON) : undefined;
    if (typeof result !== 'string') this.fail(`${noForm(name)} ${result === undefined ? 'a plain object' : 'what its toJSON() returns'}`);
    this.checkMembers(value);
    return this.quote(result);
  }

  /** What becomes text has no place for members of its own. */
  private checkMembers(value: object, elements = 0): void {
    const extra = Object.keys(value).slice(elements).find((key) => key !== 'toJSON');
    if (extra !== undefined) {
      this.path[this.depth++] = extra;
      this.fail('this property would be lost, since the object that has it crosses as text or bytes; publish both in a plain object');
    }
    this.checkSymbols(value);
  }

  /** What an object says that it is. */
  private told(value: object, toJSON: Function): unknown {
    return Reflect.apply(toJSON, value, [this.depth === 0 ? '' : String(this.path[this.depth - 1])]);
  }

  private checkSymbols(value: object): void {
    const symbols = Object.getOwnPropertySymbols(value);
    if (symbols.length === 0) return;
    // Their elements look like members.
    if (symbols.includes(Symbol.iterator) && Object.prototype.toString.call(value) === '[object Arguments]') this.fail('an arguments object has no JSON form; use an array');
    const tag = platformTag(value);
    if (tag !== undefined) this.fail(`${noForm(tag)} a plain object`);
    for (const symbol of symbols) {
      if (symbol !== Symbol.toStringTag && Object.prototype.propertyIsEnumerable.call(value, symbol)) this.fail(`the property ${show(symbol)} would be lost, since its key is a symbol; use a string as key`);
    }
  }

  /** A copy. */
  bytes(value: ArrayBufferView | ArrayBuffer): Uint8Array {
    const name = typedArray(value);
    if (ArrayBuffer.isView(value) && name !== 'Uint8Array' && name !== 'Uint8ClampedArray') {
      this.fail('only byte arrays have a JSON form; use Array.from or a Uint8Array');
    }
    if (!ArrayBuffer.isView(value)) this.checkMembers(value);
    else if ((value as Uint8Array).length <= FEW_BYTES) this.checkMembers(value, (value as Uint8Array).length);
    else this.checkSymbols(value);
    try {
      return new Uint8Array(value as ArrayBuffer);
    } catch (error) {
      return this.fail('the buffer is detached; copy it before it is transferred', { cause: error });
    }
  }
}

const noForm = (name: string): string => `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name} has no JSON form; publish`;

/** Where something is, for a message: what is long is cut. */
function pathOf(path: readonly (string | number)[]): string {
  const part = (key: string | number): string => typeof key === 'number' ? `[${key}]` : `.${key.length > 80 ? `${key.slice(0, 77)}...` : key}`;
  if (path.length <= 32) return `$${path.map(part).join('')}`;
  return `$${path.slice(0, 16).map(part).join('')}...${path.slice(-16).map(part).join('')}`;
}

/** In pieces, since a call takes only so many arguments. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export const isWellFormed = (text: string): boolean => loneSurrogate(text) < 0;

export function checkWellFormed(text: string): void {
  if (!isWellFormed(text)) throw new PayloadError('$', `the string ${SURROGATE}`);
}
