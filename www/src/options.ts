import { isNode } from './dom.js';
import { OptionError } from './errors.js';
import { INTEGRITY, isIntegrity } from './go/integrity.js';
import { isMediaType, isTime, isTraceparent, isURI } from './formats.js';

type Check = (value: unknown) => string | undefined;

const is = (type: string, what = `a ${type}`): Check => (value) => typeof value === type ? undefined : what;

/** A text that is not empty, of a certain form. */
const text = (what = 'a string that is not empty', test = (_text: string): boolean => true): Check => (value) =>
  typeof value === 'string' && value !== '' && test(value) ? undefined : what;

const isSignal: Check = (value) =>
  typeof value === 'object' && value !== null && 'aborted' in value && typeof (value as AbortSignal).addEventListener === 'function' ? undefined : 'an AbortSignal';

const whole = (least: number): Check => (value) => Number.isInteger(value) && (value as number) >= least ? undefined : `an integer of ${least} or more`;
const milliseconds: Check = (value) => typeof value === 'number' && value > 0 && value <= 2 ** 31 ? undefined : 'milliseconds: a number above 0';
const either = (...checks: Check[]): Check => (value) => {
  const wrong = checks.map((check) => check(value));
  return wrong.includes(undefined) ? undefined : wrong.join(' or ');
};
/** An object of these members, none of which is needed. */
const shape = (members: Record<string, Check>): Check => (value) => {
  if (typeof value !== 'object' || value === null) return `{ ${Object.keys(members).join('?, ')}? }`;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const expected = Object.hasOwn(members, name) ? members[name]!(member) : `no ${JSON.stringify(name)} among ${Object.keys(members).join(', ')}`;
    if (expected !== undefined) return Object.hasOwn(members, name) ? `${name} to be ${expected}` : expected;
  }
  return undefined;
};
const key = either(is('boolean'), is('function'));

const isOverflow = shape({
  limit: whole(1),
  policy: (value) => ['drop-oldest', 'drop-newest', 'latest', 'error'].includes(value as string) ? undefined : "'drop-oldest', 'drop-newest', 'latest' or 'error'",
});

const isReplay: Check = (value) =>
  value === 'all' || (Number.isInteger(value) && (value as number) > 0) || (typeof value === 'object' && value !== null && Object.keys(value).join() === 'after' && whole(0)((value as { after: unknown }).after) === undefined)
    ? undefined : "1 or more events, 'all' or { after: seq }";

const WINDOW = { window: milliseconds, max: whole(1), key: is('function') };

const SUBSCRIBE: Record<string, Check> = {
  once: is('boolean'),
  signal: isSignal,
  filter: is('function'),
  name: is('string'),
  retry: shape({
    attempts: whole(1),
    backoff: shape({ initial: milliseconds, factor: (value) => typeof value === 'number' && value >= 1 && value <= 1000 ? undefined : 'a number from 1 to 1000', max: milliseconds, jitter: is('boolean') }),
    retryable: is('function'),
    key,
  }),
  timeout: milliseconds,
  dedupe: shape({ ...WINDOW, store: (value) => ['getItem', 'setItem', 'removeItem', 'key'].every((name) => typeof Object(value)[name] === 'function') ? undefined : 'a Web Storage' }),
  queue: (value) => typeof value === 'string' && value !== '' ? undefined : 'a name',
  concurrency: (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= 65536 ? undefined : 'an integer from 1 to 65536',
  overflow: isOverflow,
  debounce: milliseconds,
  throttle: milliseconds,
  frame: is('boolean'),
  coalesce: key,
  replay: isReplay,
  owner: (value) => isNode(value) ? undefined : 'an Element',
};

const { signal, overflow, coalesce, filter, name, debounce, throttle, frame, replay } = SUBSCRIBE as Record<string, Check>;
const RESPOND = { once: SUBSCRIBE.once, signal, filter, name, owner: SUBSCRIBE.owner } as Record<string, Check>;
const EVENTS = { signal, overflow, coalesce, filter, name, dedupe: shape(WINDOW), debounce, throttle, frame, replay } as Record<string, Check>;

const PUBLISH: Record<string, Check> = {
  id: text(),
  subject: text(),
  key: text(),
  version: (value) => typeof value === 'string' || typeof value === 'number' ? undefined : 'a string or number',
  traceparent: text('a W3C traceparent', isTraceparent),
  time: (value) => typeof value === 'number' && isTime(value) ? undefined : 'milliseconds since the epoch, at most 292 years',
  source: text(),
  correlationId: text(),
  causationId: text(),
  dataschema: text('a URI', isURI),
  datacontenttype: text('a media type', isMediaType),
  extensions: (value) => typeof value === 'object' && value !== null ? undefined : '{ [name]: string, boolean or integer }', // describe() has the rest
};

const version: Check = (value) => Number.isInteger(value) && (value as number) > 0 ? undefined : 'a whole number from 1';

const TOPIC: Record<string, Check> = {
  schema: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null) ? undefined : 'a Standard Schema or a JSON Schema',
  version,
  retain: is('boolean'),
  history: either(whole(1), shape({ count: whole(1), age: milliseconds, bytes: whole(1) })),
  upcast: (value) => typeof value === 'object' && value !== null && Object.entries(value).every(([from, step]) => version(Number(from)) === undefined && typeof step === 'function')
    ? undefined : '{ [version]: (data) => data of the next version }',
};

const REQUEST: Record<string, Check> = { timeout: milliseconds, signal: isSignal, gather: shape({ max: whole(1), within: milliseconds }) };

const CREATE: Record<string, Check> = {
  wasm: (value) => ['string', 'function'].includes(typeof value) || (typeof value === 'object' && value !== null) ? undefined : 'a URL, Response, bytes, WebAssembly.Module or a function that returns one',
  integrity: text(INTEGRITY, isIntegrity),
  loadTimeout: milliseconds,
  start: (value) => ['now', 'idle', 'demand'].includes(value as string) ? undefined : "'now', 'idle' or 'demand'",
  name: is('string'),
  dev: is('boolean'),
  onError: is('function'),
  clock: (value) => typeof value === 'object' && value !== null && ['now', 'date', 'after'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function') ? undefined : 'a Clock',
  random: is('function'),
  maxPending: (value) => Number.isInteger(value) && (value as number) >= 0 ? undefined : 'an integer of 0 or more',
};

const REDRIVE: Record<string, Check> = { to: is('string'), rate: (value) => typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : 'letters a second: a number above 0' };

const TABLES = { subscribe: SUBSCRIBE, events: EVENTS, publish: PUBLISH, request: REQUEST, respond: RESPOND, topic: TOPIC, createBus: CREATE, redrive: REDRIVE };

/** Throws an OptionError for an option that does not exist or is of the wrong shape; `undefined` counts as left out. */
export function checkOptions(of: keyof typeof TABLES, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw new OptionError(`${of} options`, 'an object', options);
  const table = TABLES[of];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(table, name) ? table[name]! : undefined;
    if (check === undefined) throw new OptionError(`${of} option ${JSON.stringify(name)}`, `one of ${Object.keys(table).join(', ')}`, name);
    const expected = check(value);
    if (expected !== undefined) throw new OptionError(`${of} option ${name}`, expected, value);
  }
}
