import type { Clock } from './clock.js';
import type { BusEvent, PublishOptions } from './event-types.js';
import type { RequestEvent } from './request-event.js';
import type { Failure } from './failures.js';
import type { Feature } from './feature-types.js';
import type { Dedupe, Overflow, Retry } from './policy-types.js';
import type { StandardSchema } from './standard-schema.js';

/** What follows the topic in `publish`. `data` may be left out where `undefined` is a value of its type. */
export type PublishArguments<D, O = PublishOptions> = undefined extends D ? [data?: D, options?: O] : [data: D, options?: O];

/** What follows the topic in `request`. `data` may be left out where `undefined` is a value of its type. */
export type RequestArguments<D> = undefined extends D ? [data?: D, options?: RequestOptions] : [data: D, options?: RequestOptions];

/** Called with the data and the event. */
export type HandlerFunction<D, E extends BusEvent = BusEvent, T = unknown> = (data: D, event: E) => T;

/** An object in the place of a function, as with `addEventListener`: its method is looked up at each call. */
export interface HandlerObject<D, E extends BusEvent = BusEvent, T = unknown> {
  /** Called with the data and the event. */
  handleEvent(data: D, event: E): T;
}

/** Called with the data and the event. A promise that it returns is watched: its rejection is the handler's failure. */
export type Handler<D, E extends BusEvent = BusEvent> = HandlerFunction<D, E> | HandlerObject<D, E>;

/** Ends a subscription at once; calling it again does nothing. Also `using off = bus.subscribe(...)`. */
export interface Unsubscribe {
  /** Ends it. */
  (): void;
  /** Ends it at the end of the block, with `using`. */
  [Symbol.dispose](): void;
}

/**
 * What is wanted of a subscription. From `retry` to `coalesce`, but for `timeout`, they are policies, which Go sees to:
 * what comes before Go is up waits for it.
 */
export interface SubscribeOptions<D = any, E extends BusEvent = BusEvent> {
  /** End after the first event that passes `filter`. */
  once?: boolean;
  /** Ends the subscription when it aborts; aborted already: there will be none. */
  signal?: AbortSignal;
  /** Only events for which it is true. What it throws is the subscription's failure. */
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
  /** How many promises of the handler may be pending, 1 to 65,536; further events wait in a queue (`overflow`). */
  concurrency?: number;
  /** Bounds what waits: for `concurrency`, `debounce`, `throttle`, `frame` or `retry.key`, or behind a replay. */
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
export type Replay = number | 'all' | ReplayAfter;

/** A replay of what came after an event, for example the last one that was handled. */
export interface ReplayAfter {
  /** The `seq` of that event. */
  after: number;
}

/** `overflow` (1,024 events, `error`) and `coalesce` are of the queue that the loop reads from. */
export interface EventsOptions<D = any, E extends BusEvent = BusEvent> extends Pick<SubscribeOptions<D, E>, 'signal' | 'overflow' | 'coalesce' | 'filter' | 'name' | 'debounce' | 'throttle' | 'frame' | 'replay'> {
  /** Without `store`: when would an event have been handled? */
  dedupe?: Omit<Dedupe<D, E>, 'store'>;
}

/**
 * Events as they come, for `for await`: a bounded queue between the bus and a loop that takes its time. It does as an
 * AsyncGenerator does. It ends by `return`, `throw`, leaving the loop, `signal`, or the end of the bus, and throws an
 * OverflowError where its queue is full and the policy is `error`.
 */
export interface EventStream<E extends BusEvent = BusEvent> extends AsyncIterableIterator<E> {
  /** The next event, waiting for it. What is queued when the stream ends otherwise than by `return` or `throw` still comes. */
  next(): Promise<IteratorResult<E, any>>;
  /** Ends the stream and gives up what is queued; `value`, awaited, is the result's. */
  return<T = undefined>(value?: T | PromiseLike<T>): Promise<IteratorReturnResult<T>>;
  /** Ends the stream, gives up what is queued, and rejects with `error`. */
  throw(error?: unknown): Promise<IteratorResult<E, any>>;
  /** Itself. */
  [Symbol.asyncIterator](): this;
  /** Ends it at the end of the block, with `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of several replies: at most `max`, and those that came `within` so many milliseconds; else of all who respond. */
export interface Gather {
  /** How many replies are enough. */
  max?: number;
  /** Milliseconds after which those that have come are the result. */
  within?: number;
}

/** Options of `request`. */
export interface RequestOptions {
  /** Milliseconds until it fails with a TimeoutError: 30,000. */
  timeout?: number;
  /** Gives the request up when it aborts. */
  signal?: AbortSignal;
  /** Resolve with an array of replies instead of the first one. */
  gather?: Gather;
}

/** Options of a `request` that takes several replies. */
export interface GatherOptions extends RequestOptions {
  /** How many, and for how long. */
  gather: Gather;
}

/** Options of `respond`: those of a subscription that has no policies. */
export type RespondOptions<D = any, E extends BusEvent = BusEvent> = Pick<SubscribeOptions<D, E>, 'once' | 'signal' | 'filter' | 'name' | 'owner'>;

/** Called with requests of topics that match; what it returns, or what its promise resolves to, is the reply. */
export type Responder<D, E extends BusEvent = RequestEvent, T = any> = HandlerFunction<D, E, T | PromiseLike<T>> | HandlerObject<D, E, T | PromiseLike<T>>;

/**
 * Called for each event before it is delivered. Not calling `next` drops it; `next(data)` replaces the data, `next()`
 * leaves it; an error that it throws is the publisher's. `next` may be called later, but only once.
 */
export type Interceptor = (event: BusEvent, next: (data?: unknown) => void) => void;

/** Where the program comes from. A URL may be fetched again after a failure; the others are taken as they are. */
export type WasmSource = string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module | Running;

/** A program that another loader starts: `go` is the `Go` of wasm_exec.js, and it must not have called `jsbridge.Serve` yet. */
export interface Running {
  /** The `Go` of wasm_exec.js that runs it. */
  readonly go: object;
  /** What was instantiated with its `importObject`. */
  readonly instance: WebAssembly.Instance;
}

/** Options of `createBus`. */
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
  /**
   * When Go is loaded: at once; when the page is idle, or for two seconds was not; or when `ready` is first read or a policy
   * needs it, which the others do not wait for either. Left out: `now` where `wasm` names components, else `idle`.
   */
  start?: 'now' | 'idle' | 'demand';
  /** CloudEvents `source` of its events; a name of its own when left out. */
  name?: string;
  /** Freeze events and their data before they are delivered, so that a handler that changes them fails. */
  dev?: boolean;
  /** Gets every failure of a handler. */
  onError?: (failure: Failure) => void;
  /** How many events are kept for Go's subscribers while Go is not up: 1,024 where `wasm` is given, else none. */
  maxPending?: number;
  /** The page's own when left out; tests give one that they advance themselves. */
  clock?: Clock;
  /** What the bus is to have beside the core: `requests()` of `trolleybus/requests` and the like. `trolleybus` has them all. */
  features?: readonly Feature[];
  /** Numbers from 0 to below 1 that spread back-off; Math.random when left out. Tests give a seeded one. */
  random?: () => number;
}

/** Bounds of what a topic keeps; at least one of them. */
export interface History {
  /** Events. */
  count?: number;
  /** Milliseconds since they were published. */
  age?: number;
  /** Bytes of their data, estimated. */
  bytes?: number;
}

/** Makes data of one version that of the next. */
export type Upcast = (data: any) => unknown;

/** What is declared of a topic and holds for everybody, in whatever way they publish. Not given: as declared before. */
export interface TopicOptions<I = any, O = I> {
  /** Keep the last event: `value`, and `replay: 1`. */
  retain?: boolean;
  /** Keep the last `n` events, or as many as the bounds allow, for `replay`. */
  history?: number | History;
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

/** Options of a topic whose schema says what type its data have. */
export interface SchemaOptions<I, O> extends TopicOptions<I, O> {
  /** The Standard Schema: publishers give what it takes, subscribers get what it makes of that. */
  schema: StandardSchema<I, O>;
}
