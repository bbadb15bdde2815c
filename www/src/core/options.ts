import { createBus, events, numbers, publish, subscribe, texts, topic } from '../../../bus/options.json';
import { isNode, isPlain } from './brand.js';
import { FeatureError, OptionError, TrolleybusError, show } from './errors.js';
import { featureOf } from './absent.js';
import { INTEGRITY, isIntegrity } from './integrity.js';
import { isTraceparent } from './formats.js';
import { isSignal } from './signal.js';
import { wrongText } from './text.js';

// The table is Go's as well: bus/bus_bounds.go and jsbridge/bounds.go are made from it. A spec is a kind of value (`!` before
// it: it has to be given), a `'literal'`, or the members of an object, none of which is needed, `''` standing for all that
// there are; or several of these, of which one is enough.
export type Spec = string | Shape | readonly (string | Shape)[];
export interface Shape { readonly [name: string]: Spec }

/** What the value should be, in words; undefined where it is that, and in an array what it is read into, where that is another one. */
export type Check = (value: any) => string | readonly [unknown] | undefined;

export const check = (test: (value: any) => boolean, words: string): Check => (value) => test(value) ? undefined : words;
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
export const has = (...names: PropertyKey[]) => (value: unknown): boolean => isObject(value) && names.every((name) => typeof value[name as string] === 'function');

interface Bounds { readonly whole?: boolean; readonly from?: number; readonly above?: number; readonly to: number; readonly unit?: string }

// What is compared with undefined is false.
const number = ({ whole, from, above, to, unit }: Bounds): Check =>
  check((value) => typeof value === 'number' && !(value < from! || value <= above!) && value <= to && (!whole || Number.isInteger(value)),
    `${unit ? `${unit}: ` : ''}${whole ? 'an integer' : 'a number'} ${from === undefined ? 'above 0' : `from ${from}`}${to < Number.MAX_VALUE ? ` to ${to}` : ''}`);

export const text = (test: (text: string) => boolean, words: string): Check => (value) => wrongText(value, texts.text) ?? (test(value) ? undefined : words);

/** By the kind. */
export type Checks = Record<string, Check>;

export const numbersOf = (bounds: Readonly<Record<string, Bounds>>): Checks =>
  Object.fromEntries(Object.keys(bounds).map((name) => [name, number(bounds[name]!)]));

const ofType = (...types: string[]): Checks => Object.fromEntries(types.map((type) => [type, check((value) => typeof value === type, `a ${type}`)]));

const ofCore = (): Checks => ({
  ...ofType('boolean', 'function', 'number', 'string'),
  ...Object.fromEntries(Object.entries(texts).map(([name, most]): [string, Check] => [name, (value) => wrongText(value, most)])),
  ...numbersOf(numbers),
  name: (value) => { const wrong = wrongText(value, texts.name); return wrong && `${wrong}, for failures, inspection and dedupe.store`; },
  'version of data': (value) => Number.isFinite(value) && !Object.is(value, -0) ? undefined : wrongText(value, texts.text)?.replace('string', 'number or string'),
  traceparent: text(isTraceparent, 'a W3C traceparent'),
  integrity: text(isIntegrity, INTEGRITY),
  signal: check(isSignal, 'an AbortSignal'),
  node: check(isNode, 'an Element'),
  clock: check(has('now', 'date', 'after'), 'a Clock'),
  list: check(Array.isArray, 'an array'),
  any: () => undefined,
  wasm: check((value) => isObject(value) || typeof value === 'function' || typeof value === 'string', 'a URL, Response, bytes, WebAssembly.Module or a function that returns one'),
});

/** What there is is made when the first value is checked: a page that gives no options does not wait for it. */
const makers = new Set([ofCore]);
let checks: Checks | undefined;

/** Adds kinds of values, those of a feature or of another file of the package. */
export function addChecks(make: () => Checks): void {
  if (!makers.has(make)) checks = void makers.add(make);
}

/** The options of each call of a bus that takes some. Those of a feature are added to them. */
export type Shapes = Record<'createBus' | 'publish' | 'subscribe' | 'events' | 'topic', Shape>;
export const CORE_SHAPES: Shapes = { createBus, publish, subscribe, events, topic };

/**
 * Reads the options of a call, each once, inherited ones too, into a record of their own: what was checked is what is
 * used. `undefined` counts as left out. Throws an OptionError for one that there is not, that is of the wrong kind, or
 * that cannot be read, a FeatureError for one of a feature that was not given. `by` is who takes them, in messages.
 */
export function readOptions<O extends object>(of: string, shape: Shape, options: O, by: string = of): O {
  return read(shape, options, `${by} options`, `${of} option `) as O;
}

/** Throws an OptionError about `what` unless the value is of one of the kinds; returns it. */
export function checkValue<T>(kinds: string | readonly string[], what: string, value: T): T {
  return read(kinds, value, what) as T;
}

/** A key that a function of the user's made of an event, as text; empty where there is none. */
export function keyText(of: string, key: unknown): string {
  if (key === undefined || key === null || key === '') return '';
  // Objects all have one text, and so have symbols: what is not the same must not be taken for it.
  const text = typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol' ? key : String(key);
  return read('key', text, of) as string;
}

/** `what` is the value in messages, and `member` what stands before the names of its members. */
function read(spec: Spec, value: unknown, what: string, member = `${what}.`): unknown {
  let expected = '';
  try {
    const several = Array.isArray(spec);
    for (let i = several ? spec.length : 1, n = i; i > 0; i--) {
      const one: Spec = several ? spec[n - i] : spec;
      const wrong = typeof one === 'string' ? mistake(one, value) : isObject(value) && !Array.isArray(value) ? [members(one as Shape, value, what, member)] as const : kindOf(one as Shape);
      if (wrong === undefined) return value;
      if (typeof wrong !== 'string') return wrong[0];
      expected += (expected && ' or ') + wrong;
    }
  } catch (error) {
    throw unreadable(what, error);
  }
  throw new OptionError(what, expected, value);
}

function mistake(one: string, value: unknown): ReturnType<Check> {
  if (one[0] === "'") return value === one.slice(1, -1) ? undefined : one;
  checks ??= Object.assign({}, ...Array.from(makers, (make) => make())) as Checks;
  return checks[one[0] === '!' ? one.slice(1) : one]!(value);
}

const kindOf = (shape: Shape): string => '' in shape || Object.keys(shape).length > 4 ? 'an object' : `{ ${Object.keys(shape).join('?, ')}? }`;

/** A record without what a page may have given to all objects. Such objects of a class are read faster than those of `Object.create(null)`. */
const Plain = function () {} as unknown as new () => Record<string, unknown>;
Plain.prototype = Object.create(null);

/** Shapes of fewer members are read by their names. */
const FEW = 6;

/** Whether a loop sees all members: not accessors of a class, nor what is not enumerable, nor what a proxy has only for who asks. */
function showsAll(given: object): boolean {
  const { length } = Object.getOwnPropertyNames(given);
  return length > 0 && length === Object.keys(given).length && isPlain(given);
}

function members(shape: Shape, given: Record<string, unknown>, what: string, member: string): Record<string, unknown> {
  const record = new Plain(), { '': any } = shape;
  const take = (name: string, spec: Spec, what: string): void => {
    let value;
    try {
      value = given[name];
    } catch (error) {
      throw unreadable(what, error);
    }
    if (value !== undefined || (spec as string)[0] === '!') record[name] = read(spec, value, what);
  };
  // To ask for each of many takes longer than all the rest, and is needed only where a loop may not see them all.
  const names = Object.keys(shape), byName = any === undefined && (names.length < FEW || !showsAll(given));
  if (byName) for (const name of names) take(name, shape[name]!, member + name);
  for (const name in given) {
    if (any === undefined && Object.hasOwn(shape, name)) {
      if (!byName) take(name, shape[name]!, member + name);
      continue;
    }
    if (!Object.hasOwn(given, name) && name in Object.prototype) continue; // a page may have given more to all objects
    const at = /^[\w$]+$/.test(name) ? member + name : `${what}[${show(name)}]`;
    if (any !== undefined) take(name, any, at);
    else if (given[name] !== undefined) {
      const feature = featureOf(member, name);
      throw feature === undefined ? new OptionError(at, `one of ${names.join(', ')}`, name) : new FeatureError(at, feature);
    }
  }
  return record;
}

/** Of a getter or a proxy that throws; what it threw is the cause. */
function unreadable(what: string, error: unknown): unknown {
  return error instanceof TrolleybusError ? error : new OptionError(what, '', undefined, { cause: error });
}
