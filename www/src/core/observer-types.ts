import type { BusEvent } from './event-types.js';
import type { DeadLetter } from './policy-types.js';

/** What observers are told of a subscription; frozen, as all that they are told. */
export interface ObservedSubscription {
  /** Its place in the order of delivery, which no other one of the bus has. */
  readonly id: number;
  /** What it subscribed to. */
  readonly pattern: string;
  /** The name it was given, if it was. */
  readonly name: string | undefined;
  /** Where its handler runs. */
  readonly side: 'js' | 'go';
}

/** How something ended: `cancelled` where nobody wanted it any more. */
export type Outcome = 'ok' | 'failed' | 'timeout' | 'cancelled';

/** Why an event was dropped: the queue was full, the dedupe window knew it, a newer one took its place, an interceptor did not pass it on, or it waited for Go among too many. */
export type DropReason = 'overflow' | 'duplicate' | 'coalesced' | 'intercepted' | 'pending';

/** A change of what a pattern is wanted for. */
export interface InterestChange {
  /** The first came; else the last went. */
  readonly on: boolean;
  /** Of which kind. */
  readonly kind: 'subscriber' | 'responder';
  /** And on which side. */
  readonly side: 'js' | 'go';
}

/** A call of a handler. */
export interface ObservedCall {
  /** The first is 1; more with `retry`. */
  readonly attempt: number;
}

/** What came of something. */
export interface Result {
  /** Milliseconds. */
  readonly duration: number;
  /** How it ended. */
  readonly outcome: Outcome;
  /** With what, where that was not well. */
  readonly error?: unknown;
}

/**
 * Sees what happens on a bus, and changes nothing. Each member is optional. It is called where it happens, which waits
 * for it: one that never returns blocks the page. What it publishes waits its turn, and is caused by the event at hand.
 * One that throws, or returns a promise that rejects, goes on; its first failure is reported.
 */
export interface Observer {
  /**
   * A pattern has its first subscriber or responder on a side, or has lost its last; told of each that there is when the
   * observer comes, and of changes at the latest in a microtask. Topics of the bus itself and `bus.target` are no interest.
   */
  interest?(pattern: string, change: InterestChange): unknown;
  /** An event was numbered; its delivery follows. `via` is the joint that it came by. */
  accepted?(event: BusEvent, how: Acceptance): unknown;
  /** A handler is about to be called. */
  delivering?(event: BusEvent, subscription: ObservedSubscription, call: ObservedCall): unknown;
  /** What came of that call; where the handler returned a promise, once it has settled. */
  delivered?(event: BusEvent, subscription: ObservedSubscription, result: ObservedCall & Result): unknown;
  /** A subscription does not get an event; undefined: nobody does. */
  dropped?(event: BusEvent, subscription: ObservedSubscription | undefined, why: Drop): unknown;
  /** An event became a dead letter. */
  dead?(letter: DeadLetter): unknown;
  /** A dead letter was given back to its subscription, or published elsewhere. */
  redriven?(letter: DeadLetter): unknown;
  /** A dead letter is no more. */
  discarded?(letter: DeadLetter, why: Discard): unknown;
  /** A topic keeps this event as its last from now on; undefined: none any more. */
  retained?(topic: string, event: BusEvent | undefined): unknown;
  /** A subscription is about to get a kept event. */
  replayed?(event: BusEvent, subscription: ObservedSubscription): unknown;
  /** A request has been decided. */
  answered?(event: BusEvent, result: Result): unknown;
}

/** How an event came. */
export interface Acceptance {
  /** The joint that it came by; undefined: it was published here. */
  readonly via: string | undefined;
}

/** Why an event was not delivered. */
export interface Drop {
  /** For which of the reasons. */
  readonly reason: DropReason;
}

/** Why a dead letter is no more. */
export interface Discard {
  /** Newer ones took its place; else it was deleted. */
  readonly evicted: boolean;
}
