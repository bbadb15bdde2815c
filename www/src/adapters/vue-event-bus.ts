import { join } from './last-event.js';
import { isServer, scoped, useBus } from './vue-bus.js';

/** A key that carries the type of its events: `const key: EventBusKey<{ id: string }> = Symbol('order')`. */
export interface EventBusKey<T> extends Symbol { readonly '~event'?: T }

export type EventBusListener<T, P = any> = (event: T, payload?: P) => void;

export interface UseEventBusReturn<T, P = any> {
  on(listener: EventBusListener<T, P>): () => void;
  once(listener: EventBusListener<T, P>): () => void;
  off(listener: EventBusListener<T, P>): void;
  emit(event?: T, payload?: P): void;
  /** Ends all listeners of the key, whoever added them. */
  reset(): void;
}

/** What a key has: its listeners and their ends. */
interface Channel {
  readonly topic: string;
  readonly listeners: Map<EventBusListener<any>, () => void>;
}

const channels = new Map<unknown, Channel>();

/** Marks an event with the second argument of `emit`. */
const BOTH = Symbol();

/**
 * VueUse's `useEventBus`, on the provided bus or the page's: the events of a key are those of the topic `vue.<key>`
 * (what is no letter, digit, _ or - as its number, `%2e;`) or of `vue.symbol.<number>`. A listener ends with the scope that it was added in.
 */
export function useEventBus<T = unknown, P = any>(key: EventBusKey<T> | string | number): UseEventBusReturn<T, P> {
  const bus = useBus(), { topic, listeners } = channelOf(key);
  const off = (listener: EventBusListener<T, P>): void => {
    listeners.get(listener)?.();
    listeners.delete(listener);
  };
  const on = (listener: EventBusListener<T, P>, once?: unknown): (() => void) => {
    const end = (): void => off(listener);
    if (isServer) return end;
    if (!listeners.has(listener)) {
      listeners.set(listener, join(bus, topic, (data) => {
        if (once === BOTH) end();
        return listener(...(data?.[BOTH] ?? [data]) as [T, P]);
      }));
    }
    return scoped(end);
  };
  return {
    on,
    off,
    once: (listener) => on(listener, BOTH),
    emit: (event, payload) => bus.publish(topic, payload === undefined ? event : { [BOTH]: [event, payload] }),
    reset: () => [...listeners.keys()].forEach(off),
  };
}

function channelOf(key: unknown): Channel {
  let channel = channels.get(key);
  if (channel === undefined) {
    const token = typeof key === 'symbol' ? `symbol.${channels.size}` : String(key).replace(/[^\w-]/g, (c) => `%${c.charCodeAt(0).toString(16)};`);
    channels.set(key, channel = { topic: `vue.${token}`, listeners: new Map() });
  }
  return channel;
}
