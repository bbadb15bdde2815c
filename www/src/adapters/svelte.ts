import { getContext, onDestroy, setContext } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import type { Readable } from 'svelte/store';
import { pageBus, type Bus, type DataOf, type Handler, type TopicMap } from 'trolleybus';
import { follow, join, last, reader } from './last-event.js';
import type { AnyBus, UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';

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
  return provided ?? pageBus();
}

/**
 * Calls a handler with each event of a topic or pattern until the component that is being made is destroyed. Nothing on
 * a server.
 * @throws TopicError, OptionError.
 */
export function useEvent<D = any>(topic: string, handler: Handler<D>, { bus = useBus(), ...options }: UseEventOptions = {}): void {
  if (!isServer) onDestroy(join(bus, topic, handler, options));
}

/** What Svelte reads: `.current` in runes mode, and as a store by `$`. */
export interface LastEvent<T> extends Readable<T> { readonly current: T }

/**
 * The data of the last event of a topic, or what `selector` makes of it: the retained event's at first, else `initial`.
 * It subscribes while an effect, a template or a store's subscriber reads it.
 */
export function useLastEvent<D = any, T = D, I = undefined>(topic: string, { selector, initial, bus = useBus() }: UseLastEventOptions<D, T, I> = {}): LastEvent<T | I> {
  const store = last(bus, topic), read = isServer ? () => initial as I : reader(store, selector, initial as I);
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

/** The same for one bus, typed by its topics: `const { useEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): {
  useBus(): Bus<M, R>;
  useEvent: UseEvent<M>;
  useLastEvent<P extends string, T = DataOf<M, P>, I = undefined>(topic: P, options?: Omit<UseLastEventOptions<DataOf<M, P>, T, I>, 'bus'>): LastEvent<T | I>;
} {
  return {
    useBus: () => bus,
    useEvent: (topic, handler, options) => useEvent(topic, handler as Handler<any>, { ...options, bus }),
    useLastEvent: (topic, options) => useLastEvent(topic, { ...options, bus }),
  };
}
