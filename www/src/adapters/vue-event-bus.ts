import { inner } from '../core/inner.js';
import { join } from './last-event.js';
import type { AnyBus } from './types.js';
import { isServer, scoped, useBus } from './vue-bus.js';

/** A key that carries the type of its events: `const key: EventBusKey<{ id: string }> = Symbol('order')`. */
export interface EventBusKey<T> extends Symbol {
  /** For the compiler alone; nothing is there when the program runs. */
  readonly '~event'?: T;
}

/** Called with both arguments of `emit`. */
export type EventBusListener<T, P = any> = (event: T, payload?: P) => void;

/** What `useEventBus` returns: the events of one key. */
export interface UseEventBusReturn<T, P = any> {
  /** Adds a listener; the result removes it. */
  on(listener: EventBusListener<T, P>): () => void;
  /** Adds a listener of the next event; the result removes it. */
  once(listener: EventBusListener<T, P>): () => void;
  /** Removes a listener. */
  off(listener: EventBusListener<T, P>): void;
  /** Calls the listeners. */
  emit(event?: T, payload?: P): void;
  /** Ends all listeners of the key, whoever added them. */
  reset(): void;
}

type Listeners = Map<EventBusListener<any>, () => void>;

const listenersOf = new WeakMap<AnyBus, Map<string, Listeners>>();
const symbols = new Map<symbol, number>();

/** Marks an event with the second argument of `emit`. */
const BOTH = Symbol();

/**
 * VueUse's `useEventBus`, on the provided bus or the page's: the events of a key are those of the topic `vue.<key>`
 * (what is no letter, digit, _ or - as its number, `%2e;`), or `vue.symbol.<number>`. A listener ends with the scope that
 * it was added in. On a server nothing is heard or published.
 */
export function useEventBus<T = unknown, P = any>(key: EventBusKey<T> | string | number): UseEventBusReturn<T, P> {
  inner.check(['string', 'number', 'symbol'], 'key', key);
  const bus = useBus(), topic = topicOf(key);
  const topics = made(listenersOf, bus, () => new Map<string, Listeners>());
  const listeners = (): Listeners => made(topics, topic, () => new Map());
  const off = (listener: EventBusListener<T, P>): void => {
    listeners().get(listener)?.();
    listeners().delete(listener);
    if (listeners().size === 0) topics.delete(topic);
  };
  const on = (listener: EventBusListener<T, P>): (() => void) => {
    inner.check('function', 'listener', listener);
    const end = (): void => off(listener);
    if (!isServer) made(listeners(), listener, () => join(bus, topic, (data) => listener(...(data?.[BOTH] ?? [data]) as [T, P])));
    return scoped(end);
  };
  return {
    on,
    off,
    once(listener) {
      const once: EventBusListener<T, P> = (...both) => {
        off(once);
        listener(...both);
      };
      return on(once);
    },
    emit: (event, payload) => void (isServer || bus.publish(topic, payload === undefined ? event : { [BOTH]: [event, payload] })),
    reset: () => [...listeners().keys()].forEach(off),
  };
}

function topicOf(key: unknown): string {
  return `vue.${typeof key === 'symbol' ? `symbol.${made(symbols, key, () => symbols.size + 1)}` : String(key).replace(/[^\w-]/g, (c) => `%${c.charCodeAt(0).toString(16)};`) || '%'}`;
}

/** What a map has for a key, made when it has nothing. */
function made<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  const known = map.get(key), value = known ?? make();
  if (known === undefined) map.set(key, value);
  return value;
}
