import { getContext, onDestroy, setContext } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import type { Readable } from 'svelte/store';
import { pageBus } from 'trolleybus/core';
import type { AllTopics, Bus, CoreBus, DataOf, FeatureName, Handler, Pattern, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { follow, join, Last, reader } from './last-event.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus, UseEvent, UseEventOf } from './types.js';

const KEY = Symbol.for('trolleybus/svelte');
const isServer = typeof document === 'undefined';

/** Gives a bus to the component that is being made and those below it. Without one they use the page's, `pageBus()`. */
export function setBus(bus: AnyBus): void {
  setContext(KEY, bus);
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  let provided: AnyBus | undefined;
  try {
    provided = getContext(KEY);
  } catch {
    // Outside of a component there is no context.
  }
  return inner.bus<AnyBus>(provided ?? pageBus()) as Bus<M, R>;
}

/**
 * Calls a handler with each event of a topic or pattern until the component that is being made is destroyed. Nothing on
 * a server.
 * @throws TopicError, OptionError.
 */
export const useEvent: UseEvent<void> = (topic: string, handler: Handler<any>, options?: AnyOptions): void => {
  const { bus = useBus(), ...rest } = inner.event(options);
  if (!isServer) onDestroy(join(bus, topic, handler, rest));
};

/** What Svelte reads: `.current` in runes mode, and as a store by `$`. */
export interface LastEvent<T> extends Readable<T> {
  /** The data now; read in an effect or a template it is followed. */
  readonly current: T;
}

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * It subscribes while an effect, a template or a store's subscriber reads it.
 */
export function useLastEvent<P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
  topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
): LastEvent<NoInfer<T | I>>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function useLastEvent<D = unknown, T = D, I extends Initial = undefined>(topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): LastEvent<NoInfer<T | I>>;
export function useLastEvent(topic: string, options?: AnyLastOptions): LastEvent<unknown> {
  const { selector, initial, bus = useBus() } = inner.last(options);
  const store = new Last(bus, topic), read = isServer ? () => initial : reader(store, selector, initial);
  const track = createSubscriber((update) => follow(store, read, update));
  return {
    get current() {
      track();
      return read();
    },
    subscribe(run) {
      run(read());
      return isServer ? () => {} : follow(store, read, run);
    },
  };
}

/** The functions of one bus, whose topics and patterns they know. */
export interface Hooks<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  useBus(): Bus<M, R>;
  /** Calls a handler with each event of a topic or pattern until the component that is being made is destroyed. */
  useEvent: UseEventOf<AllTopics<M, R>, void>;
  /** The data of the last event of a topic or pattern, or what `selector` makes of it. */
  useLastEvent<P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ): LastEvent<NoInfer<T | I>>;
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
