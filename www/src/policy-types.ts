import type { DedupeStorage } from './dedupe-store.js';
import type { BusEvent } from './event.js';

/** A bounded queue: at most `limit` events (1,024), and what happens to one more (`error`). */
export interface Overflow {
  limit?: number;
  policy?: 'drop-oldest' | 'drop-newest' | 'latest' | 'error';
}

/** A failure policy; times in milliseconds. */
export interface Retry<D = any, E extends BusEvent = BusEvent> {
  /** Calls in all (3). */
  attempts?: number;
  /** Pauses: `initial` (100) after the first failure, each next one `factor` (2) times longer, at most `max` (30,000); `jitter` (true) takes a random part. */
  backoff?: { initial?: number; factor?: number; max?: number; jitter?: boolean };
  /** Whether an error is worth another attempt. */
  retryable?: (error: unknown) => boolean;
  /** Later events with the same key wait while one is retried; `true` is the publisher's `key`. */
  key?: boolean | ((data: D, event: E) => string);
}

/** How long an event is remembered: `window` milliseconds (no bound), and among the last `max` (10,000); `key` instead of its id. */
export interface Dedupe<D = any, E extends BusEvent = BusEvent> {
  window?: number;
  max?: number;
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
  readonly topic: E['topic'];
  readonly event: E;
  readonly pattern: string;
  /** Name of the subscription. */
  readonly subscription: string | undefined;
  readonly attempts: number;
  readonly error: unknown;
  readonly firstAt: number;
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

export interface RedriveOptions<N extends string = string> {
  /** Publish on this topic instead of giving it back to the subscription that failed. */
  to?: N;
  /** Letters a second. */
  rate?: number;
}

/** State of a subscription's queue: data of `$bus.pressure` (three quarters full, and a quarter again) and `$bus.slow`. */
export interface Pressure {
  readonly pattern: string;
  readonly subscription: string | undefined;
  readonly waiting: number;
  readonly limit: number;
  readonly high: boolean;
  /** Milliseconds that the oldest event has waited. */
  readonly oldest: number;
}
