import type { Clock } from './clock.js';
import type { BusEvent, PublishOptions, RequestEvent } from './event.js';
import type { WasmSource } from './go/loader.js';
import type { Failure } from './failures.js';

/** Topics and the types of their data: `createBus<{ 'order.placed': Order }>()`. */
export type TopicMap = Record<string, any>;

/** Splits a topic into its tokens. */
type Tokens<S extends string> = S extends `${infer Head}.${infer Rest}` ? [Head, ...Tokens<Rest>] : [S];

/** Whether a pattern matches a topic: the grammar of NATS subjects, on types. */
export type Matches<P extends string, T extends string> = P extends '>' | '*' | `>${string}` | `*.${string}`
  ? T extends `$${string}` ? false : MatchTokens<Tokens<P>, Tokens<T>>
  : MatchTokens<Tokens<P>, Tokens<T>>;

type MatchTokens<P extends string[], T extends string[]> =
  P extends ['>'] ? (T extends [] ? false : true)
  : P extends [infer PH extends string, ...infer PR extends string[]]
    ? T extends [infer TH extends string, ...infer TR extends string[]]
      ? PH extends '*' ? MatchTokens<PR, TR> : PH extends TH ? MatchTokens<PR, TR> : false
      : false
    : T extends [] ? true : false;

/** The declared topics that a pattern matches. */
export type TopicsOf<M extends TopicMap, P extends string> = string extends keyof M ? string
  : { [T in keyof M & string]: Matches<P, T> extends true ? T : never }[keyof M & string];

/** What a subscriber of a pattern gets: the union of the data of the topics that it matches. */
export type DataOf<M extends TopicMap, P extends string> =
  P extends '$bus.error' ? Failure
  : P extends '$bus.restarted' ? Restarted
  : string extends keyof M ? any
  : P extends keyof M ? M[P]
  : TopicsOf<M, P> extends never ? unknown : M[TopicsOf<M, P>];

/** The event of a pattern: a union over the topics, so that checking `event.topic` narrows `event.data`. */
export type EventOf<M extends TopicMap, P extends string> =
  string extends keyof M ? BusEvent<DataOf<M, P>>
  : TopicsOf<M, P> extends never ? BusEvent<DataOf<M, P>>
  : { [T in TopicsOf<M, P>]: BusEvent<M[T], T> }[TopicsOf<M, P>];

/** The names that a typed bus accepts in `publish`. */
export type TopicName<M extends TopicMap> = string extends keyof M ? string : keyof M & string;

/** `data` may be left out where `undefined` is a value of its type. */
export type PublishArguments<D> = undefined extends D ? [data?: D, options?: PublishOptions] : [data: D, options?: PublishOptions];

export type RequestArguments<D> = undefined extends D ? [data?: D, options?: RequestOptions] : [data: D, options?: RequestOptions];

export type HandlerFunction<D, E extends BusEvent = BusEvent> = (data: D, event: E) => unknown;
export interface HandlerObject<D, E extends BusEvent = BusEvent> { handleEvent(data: D, event: E): unknown }
/** Called with the data and the event. A promise that it returns is watched: its rejection is the handler's failure. */
export type Handler<D, E extends BusEvent = BusEvent> = HandlerFunction<D, E> | HandlerObject<D, E>;

/** Ends a subscription at once; calling it again does nothing. Also `using off = bus.subscribe(...)`. */
export interface Unsubscribe {
  (): void;
  [Symbol.dispose](): void;
}

export interface SubscribeOptions<D = any, E extends BusEvent = BusEvent> {
  /** End after the first event that passes `filter`. */
  once?: boolean;
  /** Ends the subscription when it aborts; aborted already: there will be none. */
  signal?: AbortSignal;
  /** Only events for which it is true. */
  filter?: (data: D, event: E) => boolean;
  /** Shown in failures and inspection. */
  name?: string;
  /** Ends the subscription when this element is taken out of the document. */
  owner?: Node;
}

/** A bounded queue: at most `limit` events (1,024), and what happens to one more (`error`). */
export interface Overflow {
  limit?: number;
  policy?: 'drop-oldest' | 'drop-newest' | 'latest' | 'error';
}

export interface EventsOptions {
  signal?: AbortSignal;
  overflow?: Overflow;
}

/** Of several replies: at most `max`, and those that came `within` so many milliseconds; else of all who respond. */
export interface Gather {
  max?: number;
  within?: number;
}

export interface RequestOptions {
  /** Milliseconds until it fails with a TimeoutError: 30,000. */
  timeout?: number;
  /** Gives the request up when it aborts. */
  signal?: AbortSignal;
  /** Resolve with an array of replies instead of the first one. */
  gather?: Gather;
}

/** What a request of a topic resolves to, where the bus was given the replies: `createBus<Topics, { 'price.get': number }>()`. */
export type ReplyOf<R extends TopicMap, N extends string> = N extends keyof R ? R[N] : any;

/** Called with requests of topics that match; what it returns, or what its promise resolves to, is the reply. */
export type Responder<D, E extends BusEvent = RequestEvent> = Handler<D, E>;

/** Called for each event before it is delivered. Not calling `next` drops it; `next(data)` replaces the data; an error is the publisher's. */
export type Interceptor = (event: BusEvent, next: (data?: unknown) => void) => void;

export interface BusOptions {
  /** The Go program; `trolleybus.wasm` beside the script when left out. */
  wasm?: WasmSource | (() => WasmSource);
  /** Subresource integrity of the wasm file, such as `sha384-...`. */
  integrity?: string;
  /** When Go is loaded: at once, when the page is idle, or when `ready` is first read. */
  start?: 'now' | 'idle' | 'demand';
  /** CloudEvents `source` of its events. */
  name?: string;
  /** Freeze events and their data, so that a handler that changes them fails. */
  dev?: boolean;
  /** Gets every failure of a handler. */
  onError?: (failure: Failure) => void;
  /** How many events are kept for Go's subscribers while Go is not up: 1,024 where `wasm` is given, else none. */
  maxPending?: number;
  /** The page's own when left out; tests give one that they advance themselves. */
  clock?: Clock;
}

export interface Stats {
  published: number;
  /** Calls of handlers. */
  delivered: number;
  failed: number;
  /** Events that a bounded queue gave up. */
  dropped: number;
  /** Requests, in all. */
  requests: number;
  /** Requests that wait for an answer. */
  pending: number;
  /** Events that an interceptor held back. */
  intercepted: number;
  topics: number;
  subscriptions: number;
  /** Compiled routes in the cache. */
  routes: number;
  /** WebAssembly memory in bytes; 0 while Go is not up. */
  memory: number;
  /** Times that Go was started again after it had died. */
  restarts: number;
}

export interface SubscriptionInfo {
  readonly pattern: string;
  readonly name: string | undefined;
  /** Which side handles it. */
  readonly side: 'script' | 'go';
  /** Whether it answers requests. */
  readonly responder: boolean;
}

export interface TopicInfo {
  readonly topic: string;
  /** Subscriptions that its events reach now. */
  readonly subscribers: number;
}

/** Data of `$bus.restarted`. */
export interface Restarted {
  readonly error: Error;
  readonly restarts: number;
}

/** One topic with its type. */
export interface Topic<D, N extends string = string> {
  readonly name: N;
  publish(...args: PublishArguments<D>): void;
  subscribe(handler: Handler<D, BusEvent<D, N>>, options?: SubscribeOptions<D, BusEvent<D, N>>): Unsubscribe;
  events(options?: EventsOptions): AsyncIterableIterator<BusEvent<D, N>>;
}

/** A DOM event type to a topic. */
export type BridgeFrom = string | {
  topic: string;
  /** Makes the data; `undefined` publishes nothing. Left out: `detail` of a CustomEvent, else the DOM event itself. */
  payload?: (event: any) => unknown;
  capture?: boolean;
  passive?: boolean;
  /** Publish only the last event of each animation frame. */
  coalesce?: 'frame';
};

/** A pattern to the element: `true` names the DOM event after the topic with `:` for `.`, a string names it. */
export type BridgeTo = boolean | string;

export interface BridgeMap {
  from?: Record<string, BridgeFrom>;
  to?: Record<string, BridgeTo>;
}

export interface BridgeOptions { signal?: AbortSignal }

/** An EventTarget whose event types are topics; dispatching on it delivers depth-first and says whether it was cancelled. */
export interface BusEventTarget extends EventTarget {}

/** A publish/subscribe bus. */
export interface Bus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap> {
  readonly name: string;
  /** Resolves when Go is up; rejects with an UnavailableError if it can't be loaded. Reading it again tries again. */
  readonly ready: Promise<void>;
  readonly target: BusEventTarget;
  /** Delivers to all subscribers before it returns, unless it is called from a handler: then the event waits its turn. */
  publish<N extends TopicName<M>>(topic: N, ...args: PublishArguments<DataOf<M, N>>): void;
  subscribe<P extends string>(pattern: P, handler: Handler<DataOf<M, P>, EventOf<M, P>>, options?: SubscribeOptions<DataOf<M, P>, EventOf<M, P>>): Unsubscribe;
  events<P extends string>(pattern: P, options?: EventsOptions): AsyncIterableIterator<EventOf<M, P>>;
  /**
   * Publishes an event that responders are asked to answer, and resolves to the first reply. Rejects with a
   * NoRespondersError at once where nobody responds, a RemoteError where all failed, a TimeoutError, a ClosedError, the
   * reason of `signal`, an UnavailableError where the responder's instance of Go died, or what `publish` would throw.
   */
  request<N extends TopicName<M>>(topic: N, data: DataOf<M, N>, options: RequestOptions & { gather: Gather }): Promise<ReplyOf<R, N>[]>;
  request<N extends TopicName<M>>(topic: N, ...args: RequestArguments<DataOf<M, N>>): Promise<ReplyOf<R, N>>;
  request<T>(topic: TopicName<M>, data?: any, options?: RequestOptions): Promise<T>;
  /** Answers requests. Responders are asked in the order of subscription until a request is decided; an error is the requester's. */
  respond<P extends string>(pattern: P, responder: Responder<DataOf<M, P>>, options?: SubscribeOptions<DataOf<M, P>, EventOf<M, P>>): Unsubscribe;
  topic<N extends TopicName<M>>(name: N): Topic<DataOf<M, N>, N>;
  topic<D>(name: string): Topic<D>;
  /** Joins a DOM event target to topics; the result ends it. */
  bridge(target: EventTarget, map: BridgeMap, options?: BridgeOptions): Unsubscribe;
  use(interceptor: Interceptor): Unsubscribe;
  stats(): Stats;
  topics(): TopicInfo[];
  subscriptions(): SubscriptionInfo[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
