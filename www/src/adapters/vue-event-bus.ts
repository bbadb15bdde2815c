import { getCurrentScope, onScopeDispose } from 'vue';
import { pageBus } from 'trolleybus';
import { join } from './last-event.js';
import type { AnyBus } from './types.js';

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

/** What one key has on one bus. */
interface Channel {
  readonly topic: string;
  readonly listeners: Map<EventBusListener<any>, () => void>;
}

const channels = new WeakMap<AnyBus, Map<unknown, Channel>>();

/** An event with the second argument of `emit`. */
class WithPayload {
  constructor(readonly event: unknown, readonly payload: unknown) {}
}

/**
 * VueUse's `useEventBus`, on the bus: the events of a key are those of the topic `vue.<key>`, escaped as
 * encodeURIComponent does, or of `vue.symbol.<number>`. A listener ends with the scope that it was added in.
 */
export function useEventBus<T = unknown, P = any>(key: EventBusKey<T> | string | number, { bus = pageBus() }: { bus?: AnyBus } = {}): UseEventBusReturn<T, P> {
  const { topic, listeners } = channelOf(bus, key);
  const off = (listener: EventBusListener<T, P>): void => {
    listeners.get(listener)?.();
    listeners.delete(listener);
  };
  const on = (listener: EventBusListener<T, P>): (() => void) => {
    const end = (): void => off(listener);
    if (typeof document === 'undefined') return end;
    if (!listeners.has(listener)) {
      listeners.set(listener, join(bus, topic, (data) => data instanceof WithPayload ? listener(data.event as T, data.payload as P) : listener(data as T)));
    }
    if (getCurrentScope()) onScopeDispose(end);
    return end;
  };
  return {
    on,
    off,
    once(listener) {
      const once: EventBusListener<T, P> = (event, payload) => {
        off(once);
        listener(event, payload);
      };
      return on(once);
    },
    emit: (event, payload) => bus.publish(topic, payload === undefined ? event : new WithPayload(event, payload)),
    reset: () => [...listeners.keys()].forEach(off),
  };
}

function channelOf(bus: AnyBus, key: unknown): Channel {
  let known = channels.get(bus);
  if (known === undefined) channels.set(bus, known = new Map());
  let channel = known.get(key);
  if (channel === undefined) {
    const token = typeof key === 'symbol' ? `symbol.${known.size}` : encodeURIComponent(String(key)).replace(/[.*]/g, (c) => c === '.' ? '%2E' : '%2A');
    known.set(key, channel = { topic: `vue.${token}`, listeners: new Map() });
  }
  return channel;
}
