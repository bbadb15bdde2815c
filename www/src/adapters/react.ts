import { createContext, createElement, useContext, useEffect, useInsertionEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { pageBus, type Bus, type BusEvent, type DataOf, type Handler, type TopicMap } from 'trolleybus';
import { join, Last, reader } from './last-event.js';
import type { AnyBus, UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';

const Provided = createContext<AnyBus | undefined>(undefined);

/** Gives a bus to the components below it. Without one they use the page's, `pageBus()`. */
export function BusProvider({ bus, children }: { bus: AnyBus; children?: ReactNode }): ReactNode {
  return createElement(Provided.Provider, { value: bus }, children);
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return useBusOr(undefined);
}

function useBusOr(bus: AnyBus | undefined): AnyBus {
  const provided = useContext(Provided);
  return bus ?? provided ?? pageBus();
}

// Before effects that publish; on a server there is nothing to do, and React 18 says so of layout effects.
const useSubscribing = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/**
 * Calls a handler with each event of a topic or pattern while the component is mounted: always that of the latest
 * render, as `filter` is, and without subscribing anew for it. Other options count when the topic or the bus changes.
 * @throws TopicError, OptionError into the nearest error boundary.
 */
export function useEvent<D = any>(topic: string, handler: Handler<D>, options: UseEventOptions = {}): void {
  const { bus: given, filter, ...rest } = options;
  const bus = useBusOr(given);
  const call = typeof handler === 'function' ? handler : (data: D, event: BusEvent) => handler.handleEvent(data, event);
  const latest = useRef(call), wants = useRef(filter);
  useInsertionEffect(() => {
    latest.current = call;
    wants.current = filter;
  });
  useSubscribing(() => join(bus, topic, (data, event) => latest.current(data, event), filter ? { ...rest, filter: (data, event) => wants.current?.(data, event) ?? true } : rest), [bus, topic]);
}

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
export function useLastEvent<D = any, T = D, I = undefined>(topic: string, options: UseLastEventOptions<D, T, I> = {}): T | I {
  const { selector, initial, bus: given } = options;
  const bus = useBusOr(given);
  // State, since a hot update keeps it.
  let [source, setSource] = useState(() => new Source(bus, topic));
  if (source.bus !== bus || source.topic !== topic) setSource(source = new Source(bus, topic));
  // React subscribes to a store when other effects may have published already.
  useSubscribing(source.open, [source]);
  const read = useMemo(() => reader(source, selector, initial as I), [source, selector]);
  return useSyncExternalStore(source.watch, read, () => initial as I);
}

/** The hooks of one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): {
  useBus(): Bus<M, R>;
  useEvent: UseEvent<M>;
  useLastEvent<P extends string, T = DataOf<M, P>, I = undefined>(topic: P, options?: Omit<UseLastEventOptions<DataOf<M, P>, T, I>, 'bus'>): T | I;
} {
  return {
    useBus: () => bus,
    useEvent: (topic, handler, options) => useEvent(topic, handler as Handler<any>, { ...options, bus }),
    useLastEvent: (topic, options) => useLastEvent(topic, { ...options, bus }),
  };
}
