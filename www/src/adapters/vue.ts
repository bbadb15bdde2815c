import { shallowReadonly, shallowRef, type ShallowRef } from 'vue';
import type { Bus, DataOf, Handler, TopicMap } from 'trolleybus';
import { each, join } from './last-event.js';
import type { UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';
import { isServer, scoped, useBus } from './vue-bus.js';

export { busKey, busPlugin, useBus } from './vue-bus.js';
export { useEventBus, type EventBusKey, type UseEventBusReturn } from './vue-event-bus.js';

/**
 * Calls a handler with each event of a topic or pattern until the component, or the effect scope, ends. Outside of one
 * the result must be called. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export function useEvent<D = any>(topic: string, handler: Handler<D>, { bus = useBus(), ...options }: UseEventOptions = {}): () => void {
  return isServer ? () => {} : scoped(join(bus, topic, handler, options));
}

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * The data itself is not made reactive, and is everybody's: it must not be changed.
 */
export function useLastEvent<D = any, T = D, I = undefined>(topic: string, { selector, initial, bus = useBus() }: UseLastEventOptions<D, T, I> = {}): Readonly<ShallowRef<T | I>> {
  const value = shallowRef<T | I>(initial as I);
  if (!isServer) {
    scoped(each<D, T>(bus, topic, selector, (latest) => { value.value = latest; }));
  }
  return shallowReadonly(value) as Readonly<ShallowRef<T | I>>;
}

/** The same for one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): {
  useBus(): Bus<M, R>;
  useEvent: UseEvent<M>;
  useLastEvent<P extends string, T = DataOf<M, P>, I = undefined>(topic: P, options?: Omit<UseLastEventOptions<DataOf<M, P>, T, I>, 'bus'>): Readonly<ShallowRef<T | I>>;
} {
  return {
    useBus: () => bus,
    useEvent: (topic, handler, options) => useEvent(topic, handler as Handler<any>, { ...options, bus }),
    useLastEvent: (topic, options) => useLastEvent(topic, { ...options, bus }),
  };
}
