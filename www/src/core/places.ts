import type { BusEvent, Exchange } from './event.js';
import type { SubscriptionInfo } from './inspection-types.js';
import type { Overflow } from './policy-types.js';
import type { GoSubscriber, Subscriber } from './subscriber.js';
import type { Deliver, PolicyRunner, Subscription } from './subscription.js';
import type { Replay, SubscribeOptions } from './types.js';

/** What can be seen of a queue. */
export type QueueState = Omit<SubscriptionInfo, 'pattern' | 'name' | 'responder' | 'side'>;

/** What features, and the DOM, do for the rest of the bus, where they are there. */
export interface Places {
  policies?: {
    /** What sees to the events of a subscription with such options; undefined: they name no policy. */
    runnerFor(options: SubscribeOptions, call: Deliver): PolicyRunner | undefined;
    /** The subscribers of a topic, their queue groups in the places of their first members. */
    grouped(topic: string, subscriptions: readonly Subscription[]): Subscriber[];
    /** Of queues, by the order of their subscriptions. */
    states(): Map<number, QueueState>;
    /** Counts, as Go has them: dropped, retried, dead, evicted, redriven, deduped, coalesced. */
    counts(): number[];
  };
  keeping?: {
    /** Whether what is being delivered is of the past. */
    readonly past: boolean;
    /** Throws where there can be no replay. */
    check(pattern: string): void;
    begin(subscription: Subscription, replay: Replay, overflow: Overflow): void;
    /** What records a topic, if something does. */
    recorderOf(topic: string): GoSubscriber | undefined;
    /** How many events each topic keeps. */
    lengths(): Map<string, number>;
  };
  requests?: {
    /** Requests, in all. */
    readonly count: number;
    /** Those that wait for an answer. */
    readonly pending: number;
    /** A responder: `respond` gets what asks something and passes `wanted`. */
    responder(respond: Deliver, at: Subscription, wanted: (call: Deliver) => Deliver): Deliver;
    /** The requests that wait for Go, in their order. */
    takeWaiting(): BusEvent[];
    /** Go died before it got a request. */
    waitAgain(exchange: Exchange, event: BusEvent): void;
  };
  /** Joins a DOM event target to topics; the result ends it. `map` has been read. */
  bridge?(target: EventTarget, map: object, signal: AbortSignal | undefined): () => void;
  schemas?: {
    /** Whether something of a topic was declared in JavaScript. */
    has(topic: string): boolean;
    /** Brings the event to it, or throws what its publisher has to know. */
    check(event: BusEvent): void;
  };
}
