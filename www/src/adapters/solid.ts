import { createComponent, createContext, createSignal, onCleanup, useContext, type Accessor, type JSX } from 'solid-js';
import { isServer } from 'solid-js/web';
import { pageBus } from 'trolleybus/core';
import type { AllTopics, Bus, CoreBus, DataOf, FeatureName, Handler, Pattern, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { each, join } from './last-event.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus, UseEvent, UseEventOf } from './types.js';

const Provided = createContext<AnyBus>();

/** Properties of BusProvider. */
export interface BusProviderProps {
  /** The bus. */
  bus: AnyBus;
  /** Who gets it. */
  children?: JSX.Element;
}

/** Gives a bus to the components below it: `<BusProvider bus={bus}>`. Without one they use the page's, `pageBus()`. */
export function BusProvider(props: BusProviderProps): JSX.Element {
  return createComponent(Provided.Provider, { get value() { return props.bus; }, get children() { return props.children; } });
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return inner.bus<AnyBus>(useContext(Provided) ?? pageBus()) as Bus<M, R>;
}

/**
 * Calls a handler with each event of a topic or pattern until its owner is disposed of. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export const useEvent: UseEvent<void> = (topic: string, handler: Handler<any>, options?: AnyOptions): void => {
  const { bus = useBus(), ...rest } = inner.event(options);
  if (!isServer) onCleanup(join(bus, topic, handler, rest));
};

/**
 * The data of the last event of a topic, or what `selector` makes of it, as a signal: the retained event's at first,
 * else `initial`.
 */
export function useLastEvent<P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
  topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
): Accessor<NoInfer<T | I>>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function useLastEvent<D = unknown, T = D, I extends Initial = undefined>(topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): Accessor<NoInfer<T | I>>;
export function useLastEvent(topic: string, options?: AnyLastOptions): Accessor<unknown> {
  const { selector, initial, bus = useBus() } = inner.last(options);
  if (isServer) return () => initial;
  const [value, setValue] = createSignal<unknown>(initial, { equals: Object.is });
  onCleanup(each(bus, topic, selector, (latest) => { setValue(typeof latest === 'function' ? () => latest : latest as {}); }));
  return value;
}

/** The functions of one bus, whose topics and patterns they know. */
export interface Hooks<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  useBus(): Bus<M, R>;
  /** Calls a handler with each event of a topic or pattern until its owner is disposed of. */
  useEvent: UseEventOf<AllTopics<M, R>, void>;
  /** The data of the last event of a topic or pattern, or what `selector` makes of it. */
  useLastEvent<P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ): Accessor<NoInfer<T | I>>;
}

/** The same for one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): Hooks<M, R>;
/** The same for a bus of `trolleybus/core`. */
export function forBus<M extends TopicMap, R extends TopicMap, F extends FeatureName>(bus: CoreBus<M, R, F>): Omit<Hooks<M, R>, 'useBus'> & {
  /** The bus. */
  useBus(): CoreBus<M, R, F>;
};
export function forBus(bus: AnyBus): Hooks<any, any> {
  inner.bus(bus);
  return {
    useBus: () => bus as Bus<any, any>,
    useEvent: (topic, handler: Handler<any, any>, options) => useEvent(topic, handler, inner.event(options, bus)),
    useLastEvent: (topic: string, options?: AnyLastOptions): any => useLastEvent(topic, inner.last(options, bus)),
  };
}
