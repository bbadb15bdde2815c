import { RequestEvent as Made } from './event-copies.js';
import type { BusEvent } from './event-types.js';

/** A request: an event that responders are asked to answer. */
export interface RequestEvent<T = any, N extends string = string> extends BusEvent<T, N> {
  /** Aborts when nobody waits for an answer any more: it was answered, gave up, or its time is over. */
  readonly signal: AbortSignal;
}

/** For `event instanceof RequestEvent`; only the bus makes requests. */
export const RequestEvent: abstract new (...none: never) => RequestEvent = Made;
