import type { BridgeMap, BridgeOptions } from './dom/bridge-types.js';
import type { BusEvent, RequestEvent } from './core/event-types.js';
import type { Stats, SubscriptionInfo, TopicInfo } from './core/inspection-types.js';
import type { DeadLetter, RedriveOptions } from './core/policy-types.js';
import type { AllTopics, DataOf, EventOf, Pattern, ReplyOf, TopicMap, TopicName, TopicsOf } from './core/topic-types.js';
import type {
  EventsOptions, EventStream, GatherOptions, Handler, Interceptor, PublishArguments, RequestArguments, RequestOptions, RespondOptions, Responder, SchemaOptions, SubscribeOptions, TopicOptions, Unsubscribe,
} from './core/types.js';

/** One topic with its type; `I` is what its schema takes, where that is another type than what it gives. */
export interface Topic<D, N extends string = string, I = D> {
  /** The topic. */
  readonly name: N;
  /** `bus.publish` on it. */
  publish(...args: PublishArguments<I>): void;
  /** `bus.subscribe` to it. */
  subscribe(handler: Handler<D, BusEvent<D, N>>, options?: SubscribeOptions<D, BusEvent<D, N>>): Unsubscribe;
  /** `bus.events` of it. */
  events(options?: EventsOptions<D, BusEvent<D, N>>): EventStream<BusEvent<D, N>>;
  /** Data of the last event that the topic keeps (`retain`, `history`); undefined if there is none. */
  readonly value: D | undefined;
  /** Deletes what the topic keeps. Nobody is told. */
  clear(): void;
}

/** An EventTarget whose event types are topics; dispatching on it delivers depth-first and says whether it was cancelled. */
export interface BusEventTarget extends EventTarget {}

/**
 * A publish/subscribe bus. `M` has its topics with their data, `R` the replies to requests; without them any topic is
 * accepted and data are `any`.
 */
export interface Bus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap> {
  /** CloudEvents `source` of its events. */
  readonly name: string;
  /** Resolves when Go is up; rejects with an UnavailableError if it can't be loaded. Reading it again tries again. */
  readonly ready: Promise<void>;
  /** The bus for code that knows the DOM: listeners by topic, without patterns, which get a CustomEvent. */
  readonly target: BusEventTarget;
  /**
   * Publishes an event. All subscribers have been called when it returns, unless it is called from a handler: then the
   * event waits its turn. What handlers throw does not come out of it.
   * ```ts
   * bus.publish('order.placed', { id: 'A-1', total: 30 }, { subject: 'A-1' });
   * ```
   * @throws TopicError, OptionError, ClosedError; RecursionError in a chain of more than 1,000 events; SchemaError and
   * VersionError where the topic declares so; PayloadError where Go needs the data and cannot have it; what an interceptor throws.
   */
  publish<N extends TopicName<AllTopics<M, R>>>(topic: N, ...args: PublishArguments<DataOf<AllTopics<M, R>, N>>): void;
  /**
   * Calls a handler with each event of a topic or pattern, from now on: `*` is exactly one token, `>` at the end one or
   * more. Subscribers are called in the order of subscription; what one throws or rejects with stops no other one, and is
   * reported once (`$bus.error`, `onError`).
   * ```ts
   * const off = bus.subscribe('order.*', (data, event) => console.log(event.topic, data));
   * off();
   * ```
   * @throws TopicError, OptionError, ClosedError; UnavailableError where it needs Go, which cannot be loaded.
   */
  subscribe<P extends string>(
    pattern: Pattern<AllTopics<M, R>, P>,
    handler: Handler<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
    options?: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): Unsubscribe;
  /**
   * The events of a topic or pattern as a stream. What the loop has not taken yet waits in a bounded queue.
   * ```ts
   * for await (const { topic, data } of bus.events('order.>', { signal })) await send(topic, data);
   * ```
   * @throws TopicError, OptionError, ClosedError; UnavailableError where it needs Go, which cannot be loaded.
   */
  events<P extends string>(
    pattern: Pattern<AllTopics<M, R>, P>,
    options?: EventsOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): EventStream<EventOf<AllTopics<M, R>, P>>;
  /**
   * Publishes an event that responders are asked to answer, and resolves to their replies (`gather`), in the order in
   * which they came. Rejects with a NoRespondersError at once where nobody responds, a RemoteError where all failed, a
   * TimeoutError, a ClosedError, the reason of `signal`, an UnavailableError where the responder's instance of Go died, or
   * what `publish` would throw.
   * ```ts
   * const all = await bus.request('price.get', { sku: 'ticket' }, { gather: { max: 2 } });
   * ```
   */
  request<N extends TopicName<AllTopics<M, R>>>(topic: N, data: DataOf<AllTopics<M, R>, N>, options: GatherOptions): Promise<ReplyOf<R, N>[]>;
  /**
   * Publishes an event that responders are asked to answer, and resolves to the first reply.
   * ```ts
   * const price = await bus.request('price.get', { sku: 'ticket' }, { timeout: 1000 });
   * ```
   * Rejects as with `gather`.
   */
  request<N extends TopicName<AllTopics<M, R>>>(topic: N, ...args: RequestArguments<DataOf<AllTopics<M, R>, N>>): Promise<ReplyOf<R, N>>;
  /** The same on a bus whose topics were not declared: `T` is the type of the reply. */
  request<T>(topic: string extends keyof M ? string : never, data?: any, options?: RequestOptions): Promise<T>;
  /**
   * Answers requests. Responders are asked in the order of subscription until a request is decided; an error is the
   * requester's, with its `code`.
   * ```ts
   * bus.respond('price.get', async ({ sku }, { signal }) => (await fetch(`/prices/${sku}`, { signal })).json());
   * ```
   * @throws TopicError, OptionError, ClosedError.
   */
  respond<P extends string>(
    pattern: Pattern<AllTopics<M, R>, P>,
    responder: Responder<NoInfer<Asked<DataOf<AllTopics<M, R>, P>>>, NoInfer<RequestEvent<Asked<DataOf<AllTopics<M, R>, P>>, TopicsOf<AllTopics<M, R>, P>>>, NoInfer<ReplyOf<R, TopicsOf<AllTopics<M, R>, P>>>>,
    options?: RespondOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): Unsubscribe;
  /**
   * A topic by name, with a schema: publishers give what it takes, subscribers get what it makes of that.
   * ```ts
   * const orders = bus.topic('order.placed', { schema: z.object({ id: z.string() }) });
   * ```
   * @throws TopicError, ClosedError; OptionError, also where the topic was declared otherwise before.
   */
  topic<N extends TopicName<AllTopics<M, R>>, I, O>(name: N, options: SchemaOptions<I, O>): string extends keyof M ? Topic<O, N, I> : Topic<DataOf<AllTopics<M, R>, N>, N>;
  /**
   * A topic by name. Options declare what holds for all of its events from now on, whoever publishes them.
   * ```ts
   * const theme = bus.topic('ui.theme', { retain: true });
   * theme.publish('dark');
   * theme.value; // 'dark'
   * ```
   * @throws TopicError, ClosedError; OptionError, also where the topic was declared otherwise before.
   */
  topic<N extends TopicName<AllTopics<M, R>>>(name: N, options?: TopicOptions): Topic<DataOf<AllTopics<M, R>, N>, N>;
  /** A topic by name on a bus whose topics were not declared: `D` is the type of its data. */
  topic<D>(name: string extends keyof M ? string : never, options?: TopicOptions): Topic<D>;
  /**
   * Joins an element or any other DOM event target to topics, both ways; the result ends it. What came from the target
   * does not go back to it.
   * ```ts
   * bus.bridge(button, { from: { click: { topic: 'cart.add', payload: () => ({ sku: 'emma' }) } }, to: { 'cart.>': true } });
   * ```
   * @throws TopicError, OptionError, ClosedError.
   */
  bridge<P extends string = never>(target: EventTarget, map: BridgeMap<AllTopics<M, R>, P>, options?: BridgeOptions): Unsubscribe;
  /**
   * Adds an interceptor behind those that there are; the result takes it out.
   * ```ts
   * bus.use((event, next) => { if (event.topic !== 'debug.trace') next(); });
   * ```
   * @throws OptionError, ClosedError.
   */
  use(interceptor: Interceptor): Unsubscribe;
  /**
   * Events that failed for good, the oldest first; those of a pattern of topics, or all.
   * @throws TopicError, ClosedError; UnavailableError while Go is not up.
   */
  deadLetters<P extends string = '>'>(pattern?: Pattern<AllTopics<M, R>, P>): DeadLetter<EventOf<AllTopics<M, R>, P>>[];
  /**
   * Gives dead letters back to the subscriptions that failed, or publishes them on another topic: one, by its id, or those
   * of a pattern. The result is how many there will be. They are dead letters no more when it returns; with a `rate` each
   * is one until its turn.
   * @throws TopicError, OptionError, ClosedError; UnavailableError while Go is not up.
   */
  redrive<P extends string>(idOrPattern: Pattern<AllTopics<M, R>, P>, options?: RedriveOptions<TopicName<AllTopics<M, R>>>): number;
  /**
   * Deletes dead letters: one, by its id, or those of a pattern. The result is how many.
   * @throws TopicError, OptionError, ClosedError; UnavailableError while Go is not up.
   */
  discard<P extends string>(idOrPattern: Pattern<AllTopics<M, R>, P>): number;
  /**
   * How full the fullest queue among the subscriptions to a topic is, from 0 to 1.
   * @throws TopicError, ClosedError; UnavailableError while Go is not up.
   */
  pressure(topic: TopicName<AllTopics<M, R>>): number;
  /** Counts of what has happened, and of what there is now. */
  stats(): Stats;
  /** Topics published lately, subscribed to by name, or that keep events; in alphabetical order. */
  topics(): TopicInfo[];
  /** All subscriptions of the page and of Go, responders among them. */
  subscriptions(): SubscriptionInfo[];
  /** Ends all subscriptions and Go; what is called from then on throws a ClosedError. Calling it again does nothing. */
  close(): Promise<void>;
  /** Closes it at the end of the block, with `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Data that were not declared are the responder's to know. */
type Asked<D> = unknown extends D ? any : D;
