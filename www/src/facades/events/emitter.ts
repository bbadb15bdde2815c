import type { FacadeOptions } from '../channel.js';
import { checkBoolean, checkCount, checkListener, unhandledError } from './errors.js';
import { defaults, nameOf, rejection, stateOf, warn, type Listener, type Listeners, type Name } from './state.js';

export interface EventEmitterOptions extends FacadeOptions {
  /** Promises that listeners return: a rejection is an `error` event. */
  captureRejections?: boolean;
}

/** Events by name with the types of their arguments. */
export type EventMap<T> = Record<keyof T, any[]>;
type Key<T> = keyof T & Name;
type Called<T, K extends keyof T> = (...parameters: T[K] extends any[] ? T[K] : never) => void;

export interface EventEmitter<T extends EventMap<T> = any> {
  on<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  addListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  once<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  prependListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  prependOnceListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  off<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  removeListener<K extends Key<T>>(type: K, listener: Called<T, K>): this;
  removeAllListeners(type?: Key<T>): this;
  /** Whether there were listeners. Throws what one of them throws. */
  emit<K extends Key<T>>(type: K, ...parameters: T[K] extends any[] ? T[K] : never): boolean;
  listeners<K extends Key<T>>(type: K): Called<T, K>[];
  rawListeners<K extends Key<T>>(type: K): Called<T, K>[];
  listenerCount<K extends Key<T>>(type: K, listener?: Called<T, K>): number;
  eventNames(): Name[];
  setMaxListeners(n: number): this;
  getMaxListeners(): number;
  [rejection]?(error: unknown, type: Name, ...parameters: any[]): void;
}

export const errorMonitor: unique symbol = Symbol('events.errorMonitor') as never;

/**
 * Node's EventEmitter on a bus: `new EventEmitter({ topic: 'server' })` has the topics `server.<name>`, and the data of its
 * events are arrays of arguments. Listeners are called at once, in each other, and `emit` throws what they throw.
 */
export const EventEmitter = function EventEmitter(this: object, options: EventEmitterOptions = {}) {
  const { captureRejections } = options;
  if (captureRejections !== undefined) checkBoolean('options.captureRejections', captureRejections);
  stateOf(this, captureRejections === undefined ? options : { ...options, captures: captureRejections });
} as unknown as { new <T extends EventMap<T> = any>(options?: EventEmitterOptions): EventEmitter<T>; prototype: EventEmitter };

const methods: { [name: string]: (this: any, ...parameters: any[]) => unknown } = {
  addListener(type, listener) { return add(this, type, listener, false); },
  prependListener(type, listener) { return add(this, type, listener, true); },
  once(type, listener) {
    checkListener(listener);
    return this.on(type, onceOnly(this, type, listener));
  },
  prependOnceListener(type, listener) {
    checkListener(listener);
    return this.prependListener(type, onceOnly(this, type, listener));
  },
  removeListener(type, listener) { return remove(this, type, listener); },
  removeAllListeners(...types) { return removeAll(this, types); },
  emit(type, ...parameters) { return emit(this, nameOf(type), parameters); },
  listeners(type) { return (stateOf(this).listeners.get(nameOf(type)) ?? []).map((listener) => listener.listener ?? listener); },
  rawListeners(type) { return stateOf(this).listeners.get(nameOf(type))?.slice() ?? []; },
  listenerCount(type, listener) {
    const list = stateOf(this).listeners.get(nameOf(type)) ?? [];
    return listener === undefined || listener === null ? list.length : list.filter((one) => one === listener || one.listener === listener).length;
  },
  eventNames() { return [...stateOf(this).listeners.keys()]; },
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

function add(emitter: EventEmitter, type: unknown, listener: Listener, first: boolean): EventEmitter {
  checkListener(listener);
  const name = nameOf(type), state = stateOf(emitter), { listeners } = state;
  // Before it is added, so that a listener of newListener does not hear of itself.
  if (listeners.has('newListener')) emitter.emit('newListener', type, listener.listener ?? listener);
  let list = listeners.get(name);
  if (list === undefined) listeners.set(name, list = []);
  if (first) list.unshift(listener);
  else list.push(listener);
  state.channel.open();
  const max = state.max ?? defaults.max; // not by its method, which a foreign object has not
  if (max > 0 && list.length > max && !list.warned) tooMany(emitter, type, list, max);
  return emitter;
}

function tooMany(emitter: EventEmitter, type: unknown, list: Listeners, max: number): void {
  list.warned = true;
  const what = Object.getPrototypeOf(emitter) === null ? '[Object: null prototype]' : `[${(emitter as object).constructor?.name ?? 'Object'}]`;
  const warning = new Error(`Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ${what}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`);
  warn(Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type, count: list.length }));
}

function onceOnly(emitter: EventEmitter, type: Name, listener: (...parameters: any[]) => unknown): Listener {
  let fired = false;
  const once: Listener = (...parameters) => {
    if (fired) return undefined;
    fired = true;
    emitter.removeListener(type, once);
    return Reflect.apply(listener, emitter, parameters);
  };
  once.listener = listener;
  return once;
}

function remove(emitter: EventEmitter, type: unknown, listener: unknown): EventEmitter {
  checkListener(listener);
  const name = nameOf(type), { listeners, channel } = stateOf(emitter), list = listeners.get(name);
  if (list === undefined) return emitter;
  let i = list.length;
  while (--i >= 0 && list[i] !== listener && list[i]!.listener !== listener);
  if (i < 0) return emitter;
  const [removed] = list.splice(i, 1);
  if (list.length === 0) listeners.delete(name);
  if (listeners.size === 0) channel.close();
  if (listeners.has('removeListener')) emitter.emit('removeListener', type, removed!.listener ?? listener);
  return emitter;
}

function removeAll(emitter: EventEmitter, types: readonly unknown[]): EventEmitter {
  const { listeners, channel } = stateOf(emitter);
  if (types.length === 0 && listeners.has('removeListener')) {
    for (const name of listeners.keys()) if (name !== 'removeListener') emitter.removeAllListeners(name);
    return emitter.removeAllListeners('removeListener');
  }
  if (types.length === 0) listeners.clear();
  else {
    const name = nameOf(types[0]);
    if (listeners.has('removeListener')) {
      // Last in, first out.
      for (const listener of listeners.get(name)?.slice().reverse() ?? []) emitter.removeListener(name as never, listener as never);
    } else listeners.delete(name);
  }
  if (listeners.size === 0) channel.close();
  return emitter;
}

function emit(emitter: EventEmitter, name: Name, parameters: unknown[]): boolean {
  const { listeners, channel } = stateOf(emitter);
  const heard = listeners.has(name);
  if (name === 'error') {
    if (listeners.has(errorMonitor)) Reflect.apply(emitter.emit, emitter, [errorMonitor, ...parameters]);
    if (!heard) {
      channel.emit(name, parameters);
      const [error] = parameters, { domain } = emitter as { domain?: { emit?(name: string, error: unknown): void } };
      if (typeof domain?.emit === 'function') { // of node:domain
        domain.emit('error', error || unhandledError(error));
        return false;
      }
      throw error instanceof Error ? error : unhandledError(error);
    }
  }
  channel.emit(name, parameters);
  return heard;
}

