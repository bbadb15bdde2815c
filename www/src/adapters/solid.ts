import { createComponent, createContext, createSignal, onCleanup, useContext, type Accessor, type JSX } from 'solid-js';
import { isServer } from 'solid-js/web';
import { pageBus, type Bus, type DataOf, type Handler, type TopicMap } from 'trolleybus';
import { each, join } from './last-event.js';
import type { AnyBus, UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';

const Provided = createContext<AnyBus>();

/** Gives a bus to the components below it. Without one they use the page's, `pageBus()`. */
export function BusProvider(props: { bus: AnyBus; children?: JSX.Element }): JSX.Element {
  return createComponent(Provided.Provider, { get value() { return props.bus; }, get children() { return props.children; } });
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return useContext(Provided) ?? pageBus();
}

/**
 * Calls a handler with each event of a topic or pattern until its owner is disposed of. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export function useEvent<D = any>(topic: string, handler: Handler<D>, { bus = useBus(), ...options }: UseEventOptions = {}): void {
  if (!isServer) onCleanup(join(bus, topic, handler, options));
}

/**
 * The data of the last event of a topic, or what `selector` makes of it, as a signal: the retained event's at first,
 * else `initial`.
 */
export function useLastEvent<D = any, T = D, I = undefined>(topic: string, { selector, initial, bus = useBus() }: UseLastEventOptions<D, T, I> = {}): Accessor<T | I> {
  if (isServer) return () => initial as I;
  const [value, setValue] = createSignal<T | I>(initial as I, { equals: Object.is });
  onCleanup(each<D, T>(bus, topic, selector, (latest) => { setValue(typeof latest === 'function' ? () => latest : latest as Exclude<T, Function>); }));
  return value;
}

/** The same for one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): {
  useBus(): Bus<M, R>;
  useEvent: UseEvent<M>;
  useLastEvent<P extends string, T = DataOf<M, P>, I = undefined>(topic: P, options?: Omit<UseLastEventOptions<DataOf<M, P>, T, I>, 'bus'>): Accessor<T | I>;
} {
  return {
    useBus: () => bus,
    useEvent: (topic, handler, options) => useEvent(topic, handler as Handler<any>, { ...options, bus }),
    useLastEvent: (topic, options) => useLastEvent(topic, { ...options, bus }),
  };
}
