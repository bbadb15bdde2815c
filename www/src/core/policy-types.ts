import type { BusEvent } from './event-types.js';

/** A bounded queue, and what happens to one event more. */
export interface Overflow {
  /** How many events may wait, 1 to 16,777,216; 1,024 when left out. */
  limit?: number;
  /**
   * `drop-oldest` lets the one go that has waited longest, `drop-newest` the new one, `latest` all that wait; what is let
   * go is counted (`stats`). `error`, when left out: the new one is an OverflowError, the subscription's failure.
   */
  policy?: 'drop-oldest' | 'drop-newest' | 'latest' | 'error';
}

/** Pauses between attempts, in milliseconds. */
export interface Backoff {
  /** After the first failure; 100 when left out. */
  initial?: number;
  /** Each next one is so many times longer; 2 when left out. */
  factor?: number;
  /** At most so long; 30,000 when left out. */
  max?: number;
  /** Whether a random part of each is taken, so that not all try again at once; true when left out. */
  jitter?: boolean;
}

/**
 * What happens when a handler fails: it is called again, and what fails for good becomes a dead letter.
 * ```ts
 * bus.subscribe('order.placed', bill, { retry: { attempts: 5, retryable: (error) => error instanceof TypeError } });
 * ```
 */
export interface Retry<D = any, E extends BusEvent = BusEvent> {
  /** Calls in all, the first one included; 3 when left out. */
  attempts?: number;
  /** The pauses between them. */
  backoff?: Backoff;
  /** Whether an error is worth another attempt; all are when left out. */
  retryable?: (error: unknown) => boolean;
  /** Later events with the same key wait while one is retried; `true` is the publisher's `key`. */
  key?: boolean | ((data: D, event: E) => string);
}

/** Where a dedupe window outlives the page: `localStorage`, `sessionStorage`, or what else has these of their members. */
export type DedupeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * How long an event is remembered, so that it is handled once however often it comes.
 * ```ts
 * bus.subscribe('payment.*', book, { name: 'ledger', dedupe: { window: 86_400_000, store: localStorage } });
 * ```
 */
export interface Dedupe<D = any, E extends BusEvent = BusEvent> {
  /** Milliseconds; without a bound when left out. */
  window?: number;
  /** Among how many of the last; 10,000 when left out. */
  max?: number;
  /** What an event is known by, instead of its `id`. */
  key?: (data: D, event: E) => string;
  /**
   * Where the window outlives the page, for example `localStorage`. An id that was given, or a key, is written when its
   * event has been handled. The subscription needs a `name`, which names the window and which no other one has, members
   * of its queue group aside. A storage that fails is one failure (`StoreError`), and events are handled all the same.
   */
  store?: DedupeStorage;
}

/** An event that a subscription with `retry` failed to handle for good. Times are milliseconds since the epoch. */
export interface DeadLetter<E extends BusEvent = BusEvent> {
  /** Names the letter for `redrive` and `discard`. */
  readonly id: string;
  /** The topic of its event. */
  readonly topic: E['topic'];
  /** The event that could not be handled. */
  readonly event: E;
  /** The pattern of the subscription that failed. */
  readonly pattern: string;
  /** The name of that subscription, if it was given one. */
  readonly subscription: string | undefined;
  /** How often it was tried. */
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error: unknown;
  /** When the first attempt failed. */
  readonly firstAt: number;
  /** When the last attempt failed. */
  readonly lastAt: number;
  /** How often it was taken out and came back. */
  readonly redrives: number;
}

/** Data of `$bus.letters`: one change of the list that `deadLetters()` returns, in the order of the changes. */
export interface LetterChange {
  /** `added` to the end; `redriven`: taken out to be handled again; `discarded`; `evicted`: to make room, or lost with an instance of Go. */
  readonly change: 'added' | 'redriven' | 'discarded' | 'evicted';
  /** Of the letter. */
  readonly id: string;
  /** Of its event. */
  readonly topic: string;
  /** Name of the subscription. */
  readonly subscription: string | undefined;
}

/** Options of `redrive`. */
export interface RedriveOptions<N extends string = string> {
  /** Publish on this topic instead of giving it back to the subscription that failed. */
  to?: N;
  /** Letters a second; all at once when left out. */
  rate?: number;
}

/** State of a subscription's queue: data of `$bus.pressure` (three quarters full, and a quarter again) and `$bus.slow`. */
export interface Pressure {
  /** The pattern of the subscription. */
  readonly pattern: string;
  /** The name of the subscription, if it was given one. */
  readonly subscription: string | undefined;
  /** How many events wait. */
  readonly waiting: number;
  /** How many may wait. */
  readonly limit: number;
  /** Whether it is three quarters full, or has not emptied to a quarter since. */
  readonly high: boolean;
  /** Milliseconds that the oldest event has waited. */
  readonly oldest: number;
}
