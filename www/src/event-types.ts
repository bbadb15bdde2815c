import { BusEvent as Made, RequestEvent as MadeRequest } from './event.js';
import type { BusEvent as Fields } from './event-fields.js';

export type { Extensions, PublishOptions } from './event-fields.js';

/**
 * What a handler gets beside the data: one event, read-only, of topic `N` with data `T`. All but `topic`, `data` and `seq`
 * is made when it is first read, so that an event which is kept for later should have its `time` read first.
 * ```ts
 * bus.subscribe('order.*', (order, event) => console.log(event.topic, event.id, new Date(event.time)));
 * ```
 */
export interface BusEvent<T = unknown, N extends string = string> extends Fields<T, N> {}

/** For `event instanceof BusEvent`; only the bus makes events. */
export const BusEvent: abstract new (...none: never) => BusEvent<any> = Made;

/** A request: an event that responders are asked to answer. */
export interface RequestEvent<T = any, N extends string = string> extends BusEvent<T, N> {
  /** Aborts when nobody waits for an answer any more: it was answered, gave up, or its time is over. */
  readonly signal: AbortSignal;
}

/** For `event instanceof RequestEvent`; only the bus makes requests. */
export const RequestEvent: abstract new (...none: never) => RequestEvent = MadeRequest;
