import { isDate, isNode, isPlain } from './brand.js';
import table from '../../../bus/options.json';
import { OptionError, show } from './errors.js';
import { extensionsOf } from './extensions.js';
import { INTEGRITY, isIntegrity } from './integrity.js';
import { isMediaType, isTime, isTraceparent, isURI } from './formats.js';
import { FOLLOW, NOW } from './internal.js';
import { isSignal } from './signal.js';
import { wrongText } from './text.js';

// The table is Go's as well: bus/bus_bounds.go and jsbridge/bounds.go are made from it. A spec is a kind of value (`!` before
// it: it has to be given), a `'literal'`, or the members of an object, none of which is needed, `''` standing for all that
// there are; or several of these, of which one is enough.
type Spec = string | Shape | readonly (string | Shape)[];
interface Shape { readonly [name: string]: Spec }

/** What the value should be, in words; undefined where it is that. */
type Check = (value: any) => string | undefined;

const check = (test: (value: any) => boolean, words: string): Check => (value) => test(value) ? undefined : words;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const has = (...names: PropertyKey[]) => (value: unknown): boolean => isObject(value) && names.every((name) => typeof value[name as string] === 'function');

const number = ({ whole = false, from = -Infinity, above = -Infinity, to, unit }: { whole?: boolean; from?: number; above?: number; to: number; unit?: string }): Check =>
  check((value) => typeof value === 'number' && value >= from && value > above && value <= to && (!whole || Number.isInteger(value)),
    `${unit === undefined ? '' : `${unit}: `}${whole ? 'an integer' : 'a number'} ${above === 0 ? 'above 0' : `from ${from}`}${to === Number.MAX_VALUE ? '' : `${above === 0 ? ', at most' : ' to'} ${to}`}`);

const text = (test: (text: string) => boolean, words: string): Check => (value) => CHECKS.text!(value) ?? (test(value) ? undefined : words);

const CHECKS: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(['boolean', 'function', 'number', 'string', 'symbol'].map((type) => [type, check((value) => typeof value === type, `a ${type}`)])),
  ...Object.fromEntries(Object.entries(table.numbers).map(([name, bounds]) => [name, number(bounds)])),
  ...Object.fromEntries(Object.entries(table.texts).map(([name, most]) => [name, (value) => wrongText(value, most)])),
  name: (value) => { const wrong = CHECKS.text!(value); return wrong && `${wrong}, for failures, inspection and dedupe.store`; },
  'version of data': (value) => Number.isFinite(value) && !Object.is(value, -0) ? undefined : CHECKS.text!(value)?.replace('string', 'number or string'),
  time: check((value) => typeof value === 'number' && isTime(value), 'milliseconds since the epoch, at most 292 years'),
  traceparent: text(isTraceparent, 'a W3C traceparent'),
  uri: text(isURI, 'a URI'),
  mediatype: text(isMediaType, 'a media type'),
  integrity: text(isIntegrity, INTEGRITY),
  signal: check(isSignal, 'an AbortSignal'),
  node: check(isNode, 'an Element'),
  root: check(isNode, 'a Node'),
  storage: check(has('getItem', 'setItem', 'removeItem', 'key'), 'a Web Storage'),
  clock: check(has('now', 'date', 'after'), 'a Clock'),
  bus: check(has('subscribe', 'publish', 'topic', FOLLOW, NOW), 'a Bus'),
  host: check(has('addController'), 'a ReactiveControllerHost'),
  map: check(has('get', 'set', 'keys', 'values'), 'a Map'),
  date: check((value) => isDate(value) && isTime(+value), 'a Date'),
  'virtual clock': check(has('now', 'date', 'after', 'advanceAsync'), 'a VirtualClock'),
  list: check(Array.isArray, 'an array'),
  recording: check(isRecording, 'a Recording or an array of recorded events'),
  any: () => undefined,
  'json schema': check((value) => typeof value === 'boolean' || isObject(value) && !Array.isArray(value), 'a JSON Schema'),
  schema: check((value) => isObject(value) || typeof value === 'function', 'a Standard Schema or a JSON Schema'),
  upcast: check(isObject, '{ [version]: (data) => data of the next version }'),
  wasm: check((value) => isObject(value) || typeof value === 'function' || typeof value === 'string', 'a URL, Response, bytes, WebAssembly.Module or a function that returns one'),
};

/** Events themselves, or what holds them. A loop, since it ends at the first hole of a list that is nothing else. */
function isRecording(value: any): boolean {
  const events: unknown = value?.events ?? value;
  if (!Array.isArray(events)) return false;
  for (const event of events) if (typeof event?.topic !== 'string') return false;
  return true;
}

/**
 * Reads the options of a call, each once, inherited ones too, into a record of their own: what was checked is what is
 * used. `undefined` counts as left out. Throws an OptionError for one that there is not, that is of the wrong kind, or
 * that cannot be read. `by` is who takes them, in messages.
 */
export function readOptions<O extends object>(of: Exclude<keyof typeof table, 'numbers' | 'texts'>, options: O, by: string = of): O {
  return read(table[of], options, { of: by }) as O;
}

const EVENT: Shape = { ...table.subscribe, bus: 'any' };

/** Of adapters: the options, and the bus that `forBus` was given, which takes the place of any other. */
export interface ReadOn {
  <O extends object>(options?: O): O;
  <O extends object, B>(options: O | undefined, bus: B): O & { bus: B };
}

/** Reads the options of a subscription that an adapter makes: those of `subscribe`, and on which bus. */
export const readEventOptions: ReadOn = (options: object = {}, bus?: unknown): any => {
  const given = read(EVENT, options, { of: 'subscribe', by: 'event' }) as { bus?: unknown };
  if (given.bus !== undefined) checkValue(table.event.bus, 'event option bus', given.bus);
  return on(given, bus);
};

/** Reads the options of a last event. */
export const readLastOptions: ReadOn = (options: object = {}, bus?: unknown): any => on(readOptions('last event', options), bus);

const on = (given: object, bus: unknown): object => bus === undefined ? given : { ...given, bus };

/** Throws an OptionError about `what` unless the value is of one of the kinds; returns it. */
export function checkValue<T>(kinds: string | readonly string[], what: string, value: T): T {
  return read(kinds, value, { what }) as T;
}

/** A key that a function of the user's made of an event, as text; empty where there is none. */
export function keyText(of: string, key: unknown): string {
  if (key === undefined || key === null || key === '') return '';
  // Objects all have one text, and so have symbols: what is not the same must not be taken for it.
  const text = typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol' ? key : String(key);
  const wrong = CHECKS.key!(text);
  if (wrong !== undefined) throw new OptionError(of, wrong, key);
  return text as string;
}

/** Where a value is, which is put into words only for messages: the options of a call, an argument, or a member of what is somewhere else. */
type Place = { readonly of: string; readonly by?: string } | { readonly what: string } | { readonly name: string; readonly within: Place };

function words(place: Place): string {
  if ('what' in place) return place.what;
  if ('of' in place) return `${place.by ?? place.of} options`;
  const { name, within } = place;
  if (!/^[\w$]+$/.test(name)) return `${words(within)}[${show(name)}]`;
  return 'of' in within ? `${within.of} option ${name}` : `${words(within)}.${name}`;
}

function read(spec: Spec, value: unknown, place: Place): unknown {
  let expected = '';
  try {
    const several = Array.isArray(spec);
    for (let i = several ? spec.length : 1, n = i; i > 0; i--) {
      const one = several ? spec[n - i] : spec;
      if (one === 'extensions') return extensionsOf(value as object);
      const wrong = typeof one === 'string' ? mistake(one, value) : isObject(value) && !Array.isArray(value) ? undefined : kindOf(one);
      if (wrong === undefined) return typeof one === 'string' ? value : members(one, value as Record<string, unknown>, place);
      expected += (expected && ' or ') + wrong;
    }
  } catch (error) {
    throw unreadable(place, error);
  }
  throw new OptionError(words(place), expected, value);
}

function mistake(one: string, value: unknown): string | undefined {
  if (one[0] === "'") return value === one.slice(1, -1) ? undefined : one;
  return CHECKS[one[0] === '!' ? one.slice(1) : one]!(value);
}

const kindOf = (shape: Shape): string => '' in shape || Object.keys(shape).length > 4 ? 'an object' : `{ ${Object.keys(shape).join('?, ')}? }`;

/** A record without what a page may have given to all objects. Such objects of a class are read faster than those of `Object.create(null)`. */
const Plain = function () {} as unknown as new () => Record<string, unknown>;
Plain.prototype = Object.create(null);

/** Shapes of fewer members are read by their names. */
const FEW = 6;

function members(shape: Shape, given: Record<string, unknown>, place: Place): Record<string, unknown> {
  const record = new Plain(), names = Object.keys(shape), { '': any } = shape;
  const take = (name: string, spec: Spec): void => {
    let value;
    try {
      value = given[name];
    } catch (error) {
      throw unreadable({ name, within: place }, error);
    }
    if (value !== undefined || (spec as string)[0] === '!') record[name] = read(spec, value, { name, within: place });
  };
  // To ask for each of many takes longer than all the rest, and is needed only where a loop may not see them all.
  const byName = any === undefined && (names.length < FEW || !showsAll(given));
  if (byName) for (const name of names) take(name, shape[name]!);
  for (const name in given) {
    if (any === undefined && Object.hasOwn(shape, name)) {
      if (!byName) take(name, shape[name]!);
      continue;
    }
    if (!Object.hasOwn(given, name) && name in Object.prototype) continue; // a page may have given more to all objects
    if (any !== undefined) take(name, any);
    else if (given[name] !== undefined) throw new OptionError(words({ name, within: place }), `one of ${names.join(', ')}`, name);
  }
  return record;
}

/** Whether a loop sees all members: not accessors of a class, nor what is not enumerable, nor what a proxy has only for who asks. */
function showsAll(given: object): boolean {
  const { length } = Object.getOwnPropertyNames(given);
  return length > 0 && length === Object.keys(given).length && isPlain(given);
}

/** Of a getter or a proxy that throws; what it threw is the cause. */
function unreadable(place: Place, error: unknown): unknown {
  return error instanceof OptionError ? error : new OptionError(words(place), 'what can be read', undefined, { cause: error });
}
