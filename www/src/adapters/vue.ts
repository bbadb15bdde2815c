import { getCurrentScope, hasInjectionContext, inject, onScopeDispose, shallowReadonly, shallowRef, type InjectionKey, type Plugin, type ShallowRef } from 'vue';
import { pageBus, type Bus, type DataOf, type Handler, type TopicMap } from 'trolleybus';
import { each, join } from './last-event.js';
import type { AnyBus, UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';

export { useEventBus, type EventBusKey, type UseEventBusReturn } from './vue-event-bus.js';

/** Where the bus is provided: `provide(busKey, bus)` gives it to the components below. */
export const busKey: InjectionKey<AnyBus> = Symbol.for('trolleybus/vue') as InjectionKey<AnyBus>;

/** Gives a bus to an app: `app.use(busPlugin(bus))`. Without one its components use the page's, `pageBus()`. */
export function busPlugin(bus: AnyBus): Plugin {
  return { install: (app) => void app.provide(busKey, bus) };
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return (hasInjectionContext() ? inject(busKey, undefined) : undefined) ?? pageBus();
}

const isServer = typeof document === 'undefined';

/**
 * Calls a handler with each event of a topic or pattern until the component, or the effect scope, ends. Outside of one
 * the result must be called. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export function useEvent<D = any>(topic: string, handler: Handler<D>, { bus = useBus(), ...options }: UseEventOptions = {}): () => void {
  if (isServer) return () => {};
  const off = join(bus, topic, handler, options);
  if (getCurrentScope()) onScopeDispose(off);
  return off;
}

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * The data itself is not made reactive, and is everybody's: it must not be changed.
 */
export function useLastEvent<D = any, T = D, I = undefined>(topic: string, { selector, initial, bus = useBus() }: UseLastEventOptions<D, T, I> = {}): Readonly<ShallowRef<T | I>> {
  const value = shallowRef<T | I>(initial as I);
  if (!isServer) {
    const off = each<D, T>(bus, topic, selector, (latest) => { value.value = latest; });
    if (getCurrentScope()) onScopeDispose(off);
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
