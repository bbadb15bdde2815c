import { createContext, createElement, useContext, useEffect, useInsertionEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { pageBus } from 'trolleybus/core';
import type { AllTopics, Bus, CoreBus, DataOf, FeatureName, Handler, Pattern, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { join, Last, reader } from './last-event.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus, UseEvent, UseEventOf } from './types.js';

const Provided = createContext<AnyBus | undefined>(undefined);

/** Properties of BusProvider. */
export interface BusProviderProps {
  /** The bus. */
  bus: AnyBus;
  /** Who gets it. */
  children?: ReactNode;
}

/** Gives a bus to the components below it: `<BusProvider bus={bus}>`. Without one they use the page's, `pageBus()`. */
export function BusProvider({ bus, children }: BusProviderProps): ReactNode {
  return createElement(Provided.Provider, { value: bus }, children);
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return useBusOr(undefined) as Bus<M, R>;
}

function useBusOr(bus: AnyBus | undefined): AnyBus {
  const provided = useContext(Provided);
  return bus ?? inner.bus(provided ?? pageBus());
}

// Before effects that publish; on a server there is nothing to do, and React 18 says so of layout effects.
const useSubscribing = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/**
 * Calls a handler with each event of a topic or pattern while the component is mounted: always that of the latest
 * render, as `filter` is, and without subscribing anew for it. Other options count when the topic or the bus changes.
 * @throws TopicError, OptionError into the nearest error boundary.
 */
export const useEvent: UseEvent<void> = (topic: string, handler: Handler<any>, options?: AnyOptions): void => {
  const { bus: given, filter, ...rest } = inner.event(options);
  const bus = useBusOr(given);
  const call = inner.call(handler);
  const latest = useRef(call), wants = useRef(filter);
  useInsertionEffect(() => {
    latest.current = call;
    wants.current = filter;
  });
  useSubscribing(() => join(bus, topic, (data, event) => latest.current(data, event), filter ? { ...rest, filter: (data, event) => wants.current?.(data, event) ?? true } : rest), [bus, topic]);
};

/** The last event of a topic, subscribed apart from the component that watches it. */
class Source extends Last {
  private changed = idle;

  readonly open = (): (() => void) => this.subscribe(() => this.changed());

  readonly watch = (changed: () => void): (() => void) => {
    this.changed = changed;
    return () => { this.changed = idle; };
  };
}

function idle(): void {}

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * The component renders again only when that has changed. Data must not be changed by who gets it.
 */
export function useLastEvent<P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
  topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
): NoInfer<T | I>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function useLastEvent<D = unknown, T = D, I extends Initial = undefined>(topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): NoInfer<T | I>;
export function useLastEvent(topic: string, options: AnyLastOptions = {}): unknown {
  let selector, initial, given;
  try {
    ({ selector, initial, bus: given } = options);
  } catch {
    ({ selector, initial, bus: given } = inner.last(options)); // which says what is wrong
  }
  const bus = useBusOr(given);
  // State, since a hot update keeps it.
  let [source, setSource] = useState(() => new Source(bus, topic));
  if (source.bus !== bus || source.topic !== topic) setSource(source = new Source(bus, topic));
  // React subscribes to a store when other effects may have published already.
  useSubscribing(source.open, [source]);
  const read = useMemo(() => {
    inner.last(options); // not at each render
    return reader(source, selector, initial);
  }, [source, selector]);
  return useSyncExternalStore(source.watch, read, () => initial);
}

/** The hooks of one bus, whose topics and patterns they know. */
export interface Hooks<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  useBus(): Bus<M, R>;
  /** Calls a handler with each event of a topic or pattern while the component is mounted. */
  useEvent: UseEventOf<AllTopics<M, R>, void>;
  /** The data of the last event of a topic or pattern, or what `selector` makes of it. */
  useLastEvent<P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ): NoInfer<T | I>;
}

/** The hooks of one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
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
