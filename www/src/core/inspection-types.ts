/** Counts since the bus was made; what Go counts (policies, dead letters) begins anew with an instance of Go. */
export interface Stats {
  /** Events that have got a number (`seq`), those of the bus itself among them. */
  published: number;
  /** Calls of handlers; where there are policies, those that succeeded. */
  delivered: number;
  /** Failures that were reported (`$bus.error`, `onError`). */
  failed: number;
  /** Events that a bounded queue gave up. */
  dropped: number;
  /** Requests, in all. */
  requests: number;
  /** Requests that wait for an answer. */
  pending: number;
  /** Events that an interceptor held back. */
  intercepted: number;
  /** Attempts that failed and were followed by another. */
  retried: number;
  /** Events that became dead letters. */
  dead: number;
  /** Dead letters that made room for newer ones. */
  evicted: number;
  /** Dead letters that were taken out to be handled again. */
  redriven: number;
  /** Events that a dedupe window knew. */
  deduped: number;
  /** Events that a newer one took the place of. */
  coalesced: number;
  /** Topics published lately, subscribed to by name, or that keep events. */
  topics: number;
  /** Subscriptions of both sides, responders among them. */
  subscriptions: number;
  /** Events that topics keep. */
  retained: number;
  /** Compiled routes in the cache. */
  routes: number;
  /** WebAssembly memory in bytes; 0 while Go is not up. */
  memory: number;
  /** Times that Go was started again after it had died. */
  restarts: number;
}

/** What is known of one subscription. */
export interface SubscriptionInfo {
  /** The topic or pattern that it was made with. */
  readonly pattern: string;
  /** The `name` that it was given. */
  readonly name: string | undefined;
  /** Which side handles it. */
  readonly side: 'script' | 'go';
  /** Whether it answers requests. */
  readonly responder: boolean;
  /** Its queue group. */
  readonly queue?: string | undefined;
  /** With policies: calls of its handler that are running. */
  readonly running?: number;
  /** With policies: events that wait for their next attempt. */
  readonly paused?: number;
  /** Events in its queue. */
  readonly waiting?: number;
  /** Milliseconds that the oldest event of its queue has waited. */
  readonly oldest?: number;
  /** The bound of its queue, in events. */
  readonly limit?: number;
  /** Events that its queue let go, by its policy. */
  readonly dropped?: number;
}

/** What is known of one topic. */
export interface TopicInfo {
  /** Its name. */
  readonly topic: string;
  /** Subscriptions that its events reach now. */
  readonly subscribers: number;
  /** Events that it keeps, where it is to keep some. */
  readonly retained?: number;
}

/** Data of `$bus.restarted`. */
export interface Restarted {
  /** What the instance of Go died of. */
  readonly error: Error;
  /** How often Go was started again, this time included. */
  readonly restarts: number;
}
