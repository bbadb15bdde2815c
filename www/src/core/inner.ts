import { createBus, emitter, event, expectedEvent, jsonSchema, lastEvent, moreNumbers, replay, subscribe, virtualClock } from '../../../bus/options.json';
import { optionsOfFeatures } from './absent.js';
import { busCheck } from './bus-check.js';
import { isDate, isNode } from './brand.js';
import { say } from './console.js';
import { isTime } from './formats.js';
import { checkPattern, checkTopic } from './grammar.js';
import { addChecks, check, checkValue, has, isObject, numbersOf, readOptions, type Shape } from './options.js';
import { toFunction } from './subscribe.js';
import type { Handler, HandlerFunction } from './types.js';

/** Buses of which it was said that they are closed. */
const said = new WeakSet<object>();

/** Options of what is no bus, made when the first of them is read: a page that only publishes does not wait for them. */
let shapes: ReturnType<typeof prepare> | undefined;

const checks = () => ({
  ...numbersOf(moreNumbers),
  symbol: check((value) => typeof value === 'symbol', 'a symbol'),
  root: check(isNode, 'a Node'),
  ...busCheck(),
  host: check(has('addController'), 'a ReactiveControllerHost'),
  time: check((value) => typeof value === 'number' && isTime(value), 'milliseconds since the epoch, at most 292 years'),
  date: check((value) => isDate(value) && isTime(+value), 'a Date'),
  'virtual clock': check(has('now', 'date', 'after', 'advanceAsync'), 'a VirtualClock'),
  recording: check(isRecording, 'a Recording or an array of recorded events'),
  'json schema': check((value) => typeof value === 'boolean' || isObject(value) && !Array.isArray(value), 'a JSON Schema'),
});

function prepare() {
  addChecks(checks);
  // The bus says what is wrong with the options of its features.
  const ours: Shape = { ...subscribe, ...optionsOfFeatures('subscribe') };
  return { createBus, subscribe: ours, subscribing: { ...ours, bus: 'any' }, event, emitter, jsonSchema, replay, virtualClock, 'expected event': expectedEvent, 'last event': lastEvent } satisfies Record<string, Shape>;
}

/** Events themselves, or what holds them. A loop, since it ends at the first hole of a list that is nothing else. */
function isRecording(value: any): boolean {
  const events: unknown = value?.events ?? value;
  if (!Array.isArray(events)) return false;
  for (const event of events) if (typeof event?.topic !== 'string') return false;
  return true;
}

/** Of adapters: the options, and the bus that `forBus` was given, which takes the place of any other. */
interface ReadOn {
  <O extends object>(options?: O): O;
  <O extends object, B>(options: O | undefined, bus: B): O & { bus: B };
}

const on = (given: object, bus: unknown): object => bus === undefined ? given : { ...given, bus };

function read<O extends object>(of: keyof ReturnType<typeof prepare>, options: O, by: string = of): O {
  return readOptions(by, (shapes ??= prepare())[of], options);
}

function checked<T>(kinds: string | readonly string[], what: string, value: T): T {
  shapes ??= prepare();
  return checkValue(kinds, what, value);
}

/** Reads the options of a subscription that an adapter makes: those of `subscribe`, and on which bus. */
const readEvent: ReadOn = (options: object = {}, bus?: unknown): any => {
  const given = readOptions('subscribe', (shapes ??= prepare()).subscribing, options, 'event') as { bus?: unknown };
  if (given.bus !== undefined) checked(event.bus, 'event option bus', given.bus);
  return on(given, bus);
};

/** Reads the options of a last event. */
const readLast: ReadOn = (options: object = {}, bus?: unknown): any => on(read('last event', options), bus);

/** What a bus does with its arguments, for the files of the package that adapters, facades and the test kit are. */
export const inner = {
  read,
  event: readEvent,
  last: readLast,
  check: checked,
  topic: checkTopic,
  /** True when it has a wildcard. */
  pattern: checkPattern,
  /** What was given as a bus, or is provided as one, which is no concern of the options. */
  bus: <B>(bus: B): B => checked('bus', 'bus', bus),
  call: toFunction as (handler: Handler<any>) => HandlerFunction<any>,
  /** Whether nothing can be replayed: Go cannot be loaded, or the bus keeps nothing. */
  keepsNothing: (error: unknown): boolean => /^TB_(UNAVAILABLE|FEATURE)$/.test(String((error as { code?: unknown } | null)?.code)),
  /** Of a bus that was closed under a component: it is said once, and the result ends nothing. Throws any other error. */
  closed(error: unknown, bus: object): () => void {
    if ((error as { code?: unknown } | null)?.code !== 'TB_CLOSED') throw error;
    if (!said.has(bus)) say('error', error);
    said.add(bus);
    return () => {};
  },
};
