import type { Clock } from './clock.js';
import type { BusEvent, PublishOptions, RequestEvent } from './event.js';
import type { WasmSource } from './go/loader.js';
import type { Failure } from './failures.js';
import type { StandardSchema } from './standard-schema.js';
import type { Upcast } from './upcast.js';
import type { DeadLetter, Dedupe, Overflow, Pressure, RedriveOptions, Retry } from './policy-types.js';

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
  : P extends `$bus.dead.${string}` ? DeadLetter
  : P extends '$bus.pressure' | '$bus.slow' ? Pressure
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
  /** Call again after a failure; what fails for good becomes a dead letter (`deadLetters`, `$bus.dead.<topic>`). */
  retry?: Retry<D, E>;
  /** Milliseconds for each attempt of a handler that returns a promise; then `event.signal` aborts and the attempt has failed. */
  timeout?: number;
  /** Handle an event once, however often it comes. */
  dedupe?: Dedupe<D, E>;
  /** Name of a queue group: one of its members gets each event, the one that has least to do. */
  queue?: string;
  /** How many promises of the handler may be pending; further events wait in a queue (`overflow`). */
  concurrency?: number;
  /** Bounds what waits: for `concurrency`, `debounce`, `throttle`, `frame` or `retry.key`. */
  overflow?: Overflow;
  /** Milliseconds: get the last event once none has come for so long. */
  debounce?: number;
  /** Milliseconds: get at most one event in this time, the first and then the last that came. */
  throttle?: number;
  /** Get the last event with each frame that the page paints. */
  frame?: boolean;
  /**
   * Begin with what the topics keep (`retain`, `history`), then go on live without a gap or a duplicate: the last one or
   * `n` of each topic, all, or what came after the event with this `seq`.
   */
  replay?: Replay;
  /** An event takes the place of the one that waits with the same key (`true`: of any that waits). */
  coalesce?: boolean | ((data: D, event: E) => string);
}

/** Where a replay begins: with the last `n` events of each topic, all that are kept, or behind one. */
export type Replay = number | 'all' | { after: number };

/** Bounds of what a topic keeps: events, milliseconds, bytes (estimated). At least one of them. */
export interface History {
  count?: number;
  age?: number;
  bytes?: number;
}

/** What is declared of a topic, for everybody. */
export interface TopicOptions {
  /** Keep the last event: `value`, and `replay: 1`. */
  retain?: boolean;
  /** Keep the last `n` events, or as many as the bounds allow, for `replay`. */
  history?: number | History;
}

/** `overflow` and `coalesce` are of the queue that the loop reads from. */
export interface EventsOptions extends Pick<SubscribeOptions, 'signal' | 'overflow' | 'coalesce' | 'filter' | 'name' | 'debounce' | 'throttle' | 'frame' | 'replay'> {
  /** Without `store`: when would an event have been handled? */
  dedupe?: Omit<Dedupe, 'store'>;
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

/** Those of a subscription that has no policies. */
export type RespondOptions<D = any, E extends BusEvent = BusEvent> = Pick<SubscribeOptions<D, E>, 'once' | 'signal' | 'filter' | 'name' | 'owner'>;

/** Called with requests of topics that match; what it returns, or what its promise resolves to, is the reply. */
export type Responder<D, E extends BusEvent = RequestEvent> = Handler<D, E>;

/** Called for each event before it is delivered. Not calling `next` drops it; `next(data)` replaces the data; an error is the publisher's. */
export type Interceptor = (event: BusEvent, next: (data?: unknown) => void) => void;

export interface BusOptions {
  /** The Go program; `trolleybus.wasm` beside the script when left out. */
  wasm?: WasmSource | (() => WasmSource);
  /**
   * Subresource integrity of the wasm file, such as `sha384-...`; of several hashes, separated by spaces, those of the
   * strongest kind count. What browsers would pass over is refused: each must be right.
   */
  integrity?: string;
  /** Milliseconds that an attempt to load and start Go may take, 30,000 when left out. Then `ready` fails, and tries again when it is next read. */
  loadTimeout?: number;
  /** When Go is loaded: at once, when the page is idle, or when `ready` is first read. */
  start?: 'now' | 'idle' | 'demand';
  /** CloudEvents `source` of its events. */
  name?: string;
  /** Freeze events and their data before they are delivered, so that a handler that changes them fails. */
  dev?: boolean;
  /** Gets every failure of a handler. */
  onError?: (failure: Failure) => void;
  /** How many events are kept for Go's subscribers while Go is not up: 1,024 where `wasm` is given, else none. */
  maxPending?: number;
  /** The page's own when left out; tests give one that they advance themselves. */
  clock?: Clock;
  /** Numbers from 0 to below 1 that spread back-off; Math.random when left out. Tests give a seeded one. */
  random?: () => number;
}

export interface Stats {
  published: number;
  /** Calls of handlers; where there are policies, those that succeeded. */
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
  /** Attempts that failed and were followed by another. */
  retried: number;
  /** Events that became dead letters. */
  dead: number;
  /** Dead letters that made room for newer ones. */
  evicted: number;
  redriven: number;
  /** Events that a dedupe window knew. */
  deduped: number;
  /** Events that a newer one took the place of. */
  coalesced: number;
  topics: number;
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

export interface SubscriptionInfo {
  readonly pattern: string;
  readonly name: string | undefined;
  /** Which side handles it. */
  readonly side: 'script' | 'go';
  /** Whether it answers requests. */
  readonly responder: boolean;
  /** Its queue group. */
  readonly queue?: string | undefined;
  /** Of a subscription with policies: calls that are running, events that wait for their next attempt. */
  readonly running?: number;
  readonly paused?: number;
  /** Its queue: events in it, milliseconds that the oldest has waited, bound, and how many it let go. */
  readonly waiting?: number;
  readonly oldest?: number;
  readonly limit?: number;
  readonly dropped?: number;
}

export interface TopicInfo {
  readonly topic: string;
  /** Subscriptions that its events reach now. */
  readonly subscribers: number;
  /** Events that it keeps, where it is to keep some. */
  readonly retained?: number;
}

/** Data of `$bus.restarted`. */
export interface Restarted {
  readonly error: Error;
  readonly restarts: number;
}

/** What holds for everybody who publishes on a topic, in whatever way. Not given: as declared before. */
export interface TopicOptions<I = any, O = I> {
  /**
   * What the data must be: a Standard Schema (zod, valibot, arktype, ...), whose output becomes the data, or a JSON Schema
   * where `trolleybus/json-schema` has been imported. Other data is a SchemaError of its publisher, and nobody gets it.
   */
  schema?: StandardSchema<I, O> | object;
  /** The version that the data is of, from 1. Events that say an older one in `publish` are brought up to it first. */
  version?: number;
  /** By version: what makes its data that of the next one. A version that it does not lead from is a VersionError. */
  upcast?: Record<number, Upcast>;
}

/** One topic with its type; `I` is what its schema takes, where that is another type than what it gives. */
export interface Topic<D, N extends string = string, I = D> {
  readonly name: N;
  publish(...args: PublishArguments<I>): void;
  subscribe(handler: Handler<D, BusEvent<D, N>>, options?: SubscribeOptions<D, BusEvent<D, N>>): Unsubscribe;
  events(options?: EventsOptions): AsyncIterableIterator<BusEvent<D, N>>;
  /** Data of the last event that the topic keeps (`retain`, `history`); undefined if there is none. */
  readonly value: D | undefined;
  /** Deletes what the topic keeps. Nobody is told. */
  clear(): void;
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
  request<T>(topic: string extends keyof M ? string : never, data?: any, options?: RequestOptions): Promise<T>;
  /** Answers requests. Responders are asked in the order of subscription until a request is decided; an error is the requester's. */
  respond<P extends string>(pattern: P, responder: Responder<DataOf<M, P>>, options?: RespondOptions<DataOf<M, P>, EventOf<M, P>>): Unsubscribe;
  /** A topic by name. Options declare what holds for all of its events from now on, whoever publishes them. */
  topic<N extends TopicName<M>, I, O>(name: N, options: TopicOptions & { schema: StandardSchema<I, O> }): string extends keyof M ? Topic<O, N, I> : Topic<DataOf<M, N>, N>;
  topic<N extends TopicName<M>>(name: N, options?: TopicOptions): Topic<DataOf<M, N>, N>;
  topic<D>(name: string, options?: TopicOptions): Topic<D>;
  /** Joins a DOM event target to topics; the result ends it. */
  bridge(target: EventTarget, map: BridgeMap, options?: BridgeOptions): Unsubscribe;
  use(interceptor: Interceptor): Unsubscribe;
  /** Events that failed for good, the oldest first; a pattern of topics, or all. Throws `TB_UNAVAILABLE` while Go is not up. */
  deadLetters(pattern?: string): DeadLetter[];
  /** Gives dead letters back to the subscriptions that failed; how many there will be. */
  redrive(idOrPattern: string, options?: RedriveOptions): number;
  discard(idOrPattern: string): number;
  /** How full the fullest queue among the subscriptions to a topic is, from 0 to 1. */
  pressure(topic: TopicName<M>): number;
  stats(): Stats;
  topics(): TopicInfo[];
  subscriptions(): SubscriptionInfo[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
