import { shallowReadonly, shallowRef, type ShallowRef } from 'vue';
import type { AllTopics, Bus, CoreBus, DataOf, FeatureName, Handler, Pattern, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { each, join } from './last-event.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus, UseEvent, UseEventOf } from './types.js';
import { isServer, scoped, useBus } from './vue-bus.js';

export { busKey, busPlugin, useBus } from './vue-bus.js';
export { useEventBus, type EventBusKey, type EventBusListener, type UseEventBusReturn } from './vue-event-bus.js';

/**
 * Calls a handler with each event of a topic or pattern until the component, or the effect scope, ends. Outside of one
 * the result must be called. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export const useEvent: UseEvent<() => void> = (topic: string, handler: Handler<any>, options?: AnyOptions): (() => void) => {
  const { bus = useBus(), ...rest } = inner.event(options);
  return isServer ? () => {} : scoped(join(bus, topic, handler, rest));
};

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * The data itself is not made reactive, and is everybody's: it must not be changed.
 */
export function useLastEvent<P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
  topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
): Readonly<ShallowRef<NoInfer<T | I>>>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function useLastEvent<D = unknown, T = D, I extends Initial = undefined>(topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): Readonly<ShallowRef<NoInfer<T | I>>>;
export function useLastEvent(topic: string, options?: AnyLastOptions): Readonly<ShallowRef<unknown>> {
  const { selector, initial, bus = useBus() } = inner.last(options);
  const value = shallowRef<unknown>(initial);
  if (!isServer) {
    scoped(each(bus, topic, selector, (latest) => { value.value = latest; }));
  }
  return shallowReadonly(value);
}

/** The functions of one bus, whose topics and patterns they know. */
export interface Composables<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  useBus(): Bus<M, R>;
  /** Calls a handler with each event of a topic or pattern until the component, or the effect scope, ends; the result ends it before. */
  useEvent: UseEventOf<AllTopics<M, R>, () => void>;
  /** The data of the last event of a topic or pattern, or what `selector` makes of it. */
  useLastEvent<P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ): Readonly<ShallowRef<NoInfer<T | I>>>;
}

/** The same for one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): Composables<M, R>;
/** The same for a bus of `trolleybus/core`. */
export function forBus<M extends TopicMap, R extends TopicMap, F extends FeatureName>(bus: CoreBus<M, R, F>): Omit<Composables<M, R>, 'useBus'> & {
  /** The bus. */
  useBus(): CoreBus<M, R, F>;
};
export function forBus(bus: AnyBus): Composables<any, any> {
  inner.bus(bus);
  return {
    useBus: () => bus as Bus<any, any>,
    useEvent: (topic, handler: Handler<any, any>, options) => useEvent(topic, handler, inner.event(options, bus)),
    useLastEvent: (topic: string, options?: AnyLastOptions): any => useLastEvent(topic, inner.last(options, bus)),
  };
}
