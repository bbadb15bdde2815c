import type { Handler, SubscribeOptions, Topic } from 'trolleybus';
import { inner } from '../core/inner.js';
import type { AnyBus } from './types.js';

const NONE = Symbol();

/**
 * Subscribes for a component. That the bus was closed under it is said once on the console, and breaks nothing: the
 * component keeps what it has.
 */
export function join(bus: AnyBus, topic: string, handler: Handler<any>, options?: SubscribeOptions): () => void {
  try {
    return bus.subscribe(topic, handler, options);
  } catch (error) {
    return inner.closed(error, bus);
  }
}

/** The last event of a topic or pattern: the one that the topic keeps at first, and none where it keeps none. */
export class Last {
  private latest: unknown = NONE;
  private live = false;

  constructor(readonly bus: AnyBus, readonly topic: string) {}

  /** While it is not subscribed, read anew each time: a render may be interrupted by an event. */
  get data(): unknown {
    if (!this.live) {
      const fresh = kept(this.bus, this.topic);
      if (fresh !== NONE) this.latest = fresh;
    }
    return this.latest;
  }

  /** `changed` is called with each event; the result ends it. */
  subscribe(changed: () => void): () => void {
    const { bus, topic } = this;
    const handler = (latest: unknown): void => {
      this.latest = latest;
      changed();
    };
    // Events may have come since the last subscription ended.
    const fresh = kept(bus, topic);
    if (fresh !== NONE) handler(fresh);
    this.live = true;
    const off = joinBehind(bus, topic, handler);
    return () => {
      this.live = false;
      off();
    };
  }
}

/**
 * Calls `set` with what is wanted of the last event, and of each from now on, for frameworks that compare by
 * themselves: this is what each component pays for each event. The result ends it.
 */
export function each<D, T>(bus: AnyBus, topic: string, selector: ((data: D) => T) | undefined, set: (value: T) => void): () => void {
  const data = kept(bus, topic);
  const handler = selector === undefined ? (data: T): void => set(data) : (data: D): void => set(selector(data));
  if (data !== NONE) handler(data as any);
  return joinBehind(bus, topic, handler);
}

/** Subscribes with what the topics keep now, and with what Go has kept when it comes, or comes again. */
function joinBehind(bus: AnyBus, topic: string, handler: (data: any) => void): () => void {
  try {
    return join(bus, topic, handler, { replay: 1 });
  } catch (error) {
    if (!inner.keepsNothing(error)) throw error;
    return join(bus, topic, handler);
  }
}

/** Reads what is wanted of the last event. A selector is asked once for each, so that what it makes is the same until the next. */
export function reader<D, T, I>(of: Last, selector: ((data: D) => T) | undefined, initial: I): () => T | I {
  let from: unknown = NONE;
  let value: T | I = initial;
  return () => {
    const { data } = of;
    if (data !== NONE && !Object.is(data, from)) {
      from = data;
      value = selector === undefined ? data as T : selector(data as D);
    }
    return value;
  };
}

/** Reads the last event and calls `changed` when what is wanted of it has changed; the end of that. */
export function follow<T>(of: Last, read: () => T, changed: (value: T) => void): () => void {
  let before = read();
  return of.subscribe(() => {
    const now = read();
    if (Object.is(now, before)) return;
    changed(before = now);
  });
}

/** What a topic keeps; a pattern has no value of its own. */
function kept(bus: AnyBus, topic: string): unknown {
  if (inner.pattern(topic)) return NONE;
  try {
    const { value = NONE } = bus.topic(topic) as Topic<unknown>;
    return value;
  } catch (error) {
    if (!inner.keepsNothing(error)) inner.closed(error, bus);
    return NONE;
  }
}
