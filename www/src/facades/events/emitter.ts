import { isError } from '../../core/brand.js';
import type { FacadeOptions } from '../channel.js';
import { builtin, checkBoolean, checkCount, checkListener, unhandledError } from './errors.js';
import { defaults, initialize, nameOf, noEvents, rejection, stateOf, warn, type Listener, type Listeners, type Name, type State } from './state.js';

/** Options of an EventEmitter. */
export interface EventEmitterOptions extends FacadeOptions {
  /** Whether a promise that a listener returns and that is rejected is an `error` event; false when left out. */
  captureRejections?: boolean;
}

/** Events by name with the types of their arguments. */
export type EventMap<T> = Record<keyof T, any[]>;
/** Names of events. */
type Key<T> = keyof T & Name;
/** A listener of an event. */
type Called<T, K extends keyof T> = (...parameters: T[K] extends any[] ? T[K] : never) => void;

/** An emitter with the API of Node's `events`. `T` has the arguments of its events, by their names. */
export interface Emitter<T extends EventMap<T> = any> {
  /** Adds a listener behind the others. */
  on<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Is `on`. */
  addListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Adds a listener that is removed before it is called. */
  once<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Adds a listener before the others. */
  prependListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Adds a listener before the others that is removed before it is called. */
  prependOnceListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Is `removeListener`. */
  off<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Removes a listener; of one that was added more than once, the last. */
  removeListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  /** Removes the listeners of an event, or of all. */
  removeAllListeners(type?: Key<T>): this;
  /** Calls the listeners, and says whether there were any. Throws what one of them throws, and an `error` that nobody listens to. */
  emit<K extends Key<T>>(type: K, ...parameters: T[K] extends any[] ? T[K] : never): boolean;
  /** The listeners of an event, as they were added. */
  listeners<K extends Key<T>>(type: K): Called<T, K>[];
  /** The same with what `once` wraps them in. */
  rawListeners<K extends Key<T>>(type: K): Called<T, K>[];
  /** How many listeners an event has, or how often it has this one. */
  listenerCount<K extends Key<T>>(type: K, listener?: Called<T, K>): number;
  /** The names of events that have listeners. */
  eventNames(): Name[];
  /** Warn of more than so many listeners of one event; 0: never. */
  setMaxListeners(n: number): this;
  /** The number that is warned above: 10, unless another was set. */
  getMaxListeners(): number;
  /** With `captureRejections`: gets what a listener's promise was rejected with, instead of an `error` event. */
  [rejection]?(error: unknown, type: Name, ...parameters: any[]): void;
}

/** Makes emitters; a class of one's own may extend it. */
export interface EmitterClass {
  /** An emitter, on the page's bus unless the options say otherwise. */
  new <T extends EventMap<T> = any>(options?: EventEmitterOptions): Emitter<T>;
  /** Its methods. */
  prototype: Emitter;
  /** The number of listeners of one event above which there is a warning, for emitters that have none of their own: 10. */
  defaultMaxListeners: number;
  /** Whether new emitters have `captureRejections`: false. */
  captureRejections: boolean;
}

/** The name by which a listener hears of each `error` event before the others, without handling it. Node's own, where there is Node. */
export const errorMonitor: unique symbol = (builtin<{ errorMonitor: symbol }>('events')?.errorMonitor ?? Symbol('events.errorMonitor')) as never;

/**
 * Node's EventEmitter on a bus: `new EventEmitter({ topic: 'server' })` has the topics `server.<name>`, and the data of its
 * events are arrays of arguments. Listeners are called at once, in each other, and `emit` throws what they throw.
 */
export const EventEmitter = function EventEmitter(this: object, options: EventEmitterOptions = {}) {
  const { captureRejections } = options ?? {}; // Node takes null for none
  if (captureRejections !== undefined) checkBoolean('options.captureRejections', captureRejections);
  initialize(this, options ?? {}, captureRejections);
} as unknown as EmitterClass;

const methods: { [name: string]: (this: any, ...parameters: any[]) => unknown } = {
  addListener(type, listener) { return add(this, type, listener, false); },
  prependListener(type, listener) { return add(this, type, listener, true); },
  once(type, listener) {
    checkListener(listener);
    this.on(type, onceOnly(this, type, listener));
    return this;
  },
  prependOnceListener(type, listener) {
    checkListener(listener);
    this.prependListener(type, onceOnly(this, type, listener));
    return this;
  },
  removeListener(type, listener) { return remove(this, type, listener); },
  removeAllListeners(...types) { return removeAll(this, types); },
  emit(type, ...parameters) { return emit(this, type, parameters); },
  listeners(type) { return listOf(this, type).map((listener) => listener.listener ?? listener); },
  rawListeners(type) { return listOf(this, type).slice(); },
  listenerCount(type, listener) {
    const list = listOf(this, type);
    return listener === undefined || listener === null ? list.length : list.filter((one) => one === listener || one.listener === listener).length;
  },
  eventNames() { return Reflect.ownKeys(stateOf(this).events); },
  setMaxListeners(n) {
    checkCount('setMaxListeners', n);
    stateOf(this).max = n;
    return this;
  },
  getMaxListeners() { return stateOf(this).max ?? defaults.max; },
};
Object.defineProperty(EventEmitter, 'name', { value: 'EventEmitter' }); // which minifying takes
methods['on'] = methods['addListener']!;
methods['off'] = methods['removeListener']!;
for (const [name, value] of Object.entries(methods)) Object.defineProperty(EventEmitter.prototype, name, { value, writable: true, configurable: true, enumerable: true });

function listOf(emitter: object, type: unknown): readonly Listener[] {
  const list = stateOf(emitter).events[type as Name];
  return typeof list === 'function' ? [list] : list ?? [];
}

function add(emitter: Emitter, type: unknown, listener: Listener, first: boolean): Emitter {
  checkListener(listener);
  const state = stateOf(emitter);
  // Before it is added, so that a listener of newListener does not hear of itself.
  if (state.events['newListener'] !== undefined) emitter.emit('newListener', type, listener.listener ?? listener);
  const { events } = state, name = nameOf(type), known = events[name];
  if (known === undefined) {
    events[name] = listener;
    state.count++;
    state.channel.open();
    return emitter;
  }
  let list = known as Listeners;
  if (typeof known === 'function') list = events[name] = first ? [listener, known] : [known, listener];
  else if (first) list.unshift(listener);
  else list.push(listener);
  const max = state.max ?? defaults.max; // not by its method, which a foreign object has not
  if (max > 0 && list.length > max && !list.warned) tooMany(emitter, type, list, max);
  return emitter;
}

function tooMany(emitter: Emitter, type: unknown, list: Listeners, max: number): void {
  list.warned = true;
  const what = Object.getPrototypeOf(emitter) === null ? '[Object: null prototype]' : `[${(emitter as object).constructor?.name ?? 'Object'}]`;
  const warning = new Error(`Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ${what}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`);
  warn(Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type, count: list.length }));
}

function onceOnly(emitter: Emitter, type: Name, listener: (...parameters: any[]) => unknown): Listener {
  let fired = false;
  const once: Listener = (...parameters) => {
    if (fired) return undefined;
    emitter.removeListener(type, once);
    fired = true; // where a listener of removeListener throws, the next call tries again
    return Reflect.apply(listener, emitter, parameters);
  };
  once.listener = listener;
  return once;
}

function remove(emitter: Emitter, type: unknown, listener: unknown): Emitter {
  checkListener(listener);
  const state = stateOf(emitter), { events } = state, name = nameOf(type), known = events[name];
  if (known === undefined) return emitter;
  let gone: unknown = listener;
  if (typeof known === 'function') {
    if (known !== listener && known.listener !== listener) return emitter;
    drop(state, name);
    if (state.count === 0) return emitter;
    gone = known.listener ?? listener;
  } else {
    let i = known.length;
    while (--i >= 0 && known[i] !== listener && known[i]!.listener !== listener);
    if (i < 0) return emitter;
    known.splice(i, 1);
    if (known.length === 1) events[name] = known[0]!;
  }
  if (events['removeListener'] !== undefined) emitter.emit('removeListener', type, gone);
  return emitter;
}

/** Takes out a name, which nobody listens to any more. */
function drop(state: State, name: Name): void {
  if (--state.count === 0) clear(state);
  else delete state.events[name];
}

function clear(state: State): void {
  state.events = noEvents();
  state.count = 0;
  state.channel.close();
}

function removeAll(emitter: Emitter, types: readonly unknown[]): Emitter {
  const state = stateOf(emitter), { events } = state;
  if (events['removeListener'] === undefined) {
    if (types.length === 0) clear(state);
    else if (events[types[0] as Name] !== undefined) drop(state, types[0] as Name);
    return emitter;
  }
  // Each with an event of its own; what is added meanwhile goes too.
  if (types.length === 0) {
    for (const name of Reflect.ownKeys(events)) if (name !== 'removeListener') emitter.removeAllListeners(name);
    emitter.removeAllListeners('removeListener');
    clear(state);
    return emitter;
  }
  const type = types[0] as Name, known = events[type] ?? [];
  if (typeof known === 'function') return emitter.removeListener(type, known);
  // Last in, first out, of those that are there by then.
  for (let i = known.length - 1; i >= 0; i--) emitter.removeListener(type, known[i]!);
  return emitter;
}

function emit(emitter: Emitter, type: unknown, parameters: unknown[]): boolean {
  const { events, channel } = stateOf(emitter);
  if (type === 'error') {
    if (events[errorMonitor] !== undefined) Reflect.apply(emitter.emit, emitter, [errorMonitor, ...parameters]);
    if (events['error'] === undefined) {
      channel.emit(type, parameters, null); // nobody here, also where the monitor has added a listener to what was empty
      const [error] = parameters, { domain } = emitter as { domain?: { emit?(name: string, error: unknown): void } };
      if (typeof domain?.emit === 'function') { // of node:domain
        domain.emit('error', error || unhandledError(error));
        return false;
      }
      throw isError(error) ? error : unhandledError(error);
    }
  }
  const name = nameOf(type), heard = events[name] !== undefined;
  channel.emit(name, parameters, emitter);
  return heard;
}
