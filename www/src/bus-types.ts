import type { BridgeMap, BridgeOptions } from './dom/bridge-types.js';
import type { BusEvent } from './core/event-types.js';
import type { FeatureName } from './core/feature-types.js';
import type { EventsOptionsOf, PublishOptionsOf, SchemaOptionsOf, SubscribeOptionsOf, TopicOptionsOf } from './core/options-of.js';
import type { Observer } from './core/observer-types.js';
import type { AllTopics, DataOf, EventOf, Pattern, TopicMap, TopicName } from './core/topic-types.js';
import type { EventStream, Handler, Interceptor, PublishArguments, Unsubscribe } from './core/types.js';
import type { InspectionBus } from './features/inspection/types.js';
import type { KeptTopic } from './features/keeping/types.js';
import type { PoliciesBus } from './features/policies/types.js';
import type { RequestsBus } from './features/requests/types.js';

/** One topic of a bus with the features `F`, with its type; `I` is what its schema takes, where that is another type than what it gives. */
export interface CoreTopic<D, N extends string = string, I = D, F extends FeatureName = never> {
  /** The topic. */
  readonly name: N;
  /** `bus.publish` on it. */
  publish(...args: PublishArguments<I, PublishOptionsOf<F>>): void;
  /** `bus.subscribe` to it. */
  subscribe(handler: Handler<D, BusEvent<D, N>>, options?: SubscribeOptionsOf<F, D, BusEvent<D, N>>): Unsubscribe;
  /** `bus.events` of it. */
  events(options?: EventsOptionsOf<F, D, BusEvent<D, N>>): EventStream<BusEvent<D, N>>;
}

/** One topic with its type; `I` is what its schema takes, where that is another type than what it gives. */
export interface Topic<D, N extends string = string, I = D> extends CoreTopic<D, N, I, FeatureName>, KeptTopic<D> {}

/** One topic of a bus with the features `F`. */
export type TopicOf<F extends FeatureName, D, N extends string = string, I = D> =
  [FeatureName] extends [F] ? Topic<D, N, I> : CoreTopic<D, N, I, F> & ('keeping' extends F ? KeptTopic<D> : unknown);

/** An EventTarget whose event types are topics; dispatching on it delivers depth-first and says whether it was cancelled. */
export interface BusEventTarget extends EventTarget {}

/**
 * What every bus has, with the options of the features `F`. `M` has its topics with their data, `R` the replies to requests;
 * without them any topic is accepted and data are `any`.
 */
export interface CoreBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap, F extends FeatureName = never> {
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
  publish<N extends TopicName<AllTopics<M, R>>>(topic: N, ...args: PublishArguments<DataOf<AllTopics<M, R>, N>, PublishOptionsOf<F>>): void;
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
    options?: SubscribeOptionsOf<F, NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
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
    options?: EventsOptionsOf<F, NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): EventStream<EventOf<AllTopics<M, R>, P>>;
  /**
   * A topic by name, with a schema: publishers give what it takes, subscribers get what it makes of that.
   * ```ts
   * const orders = bus.topic('order.placed', { schema: z.object({ id: z.string() }) });
   * ```
   * @throws TopicError, ClosedError; OptionError, also where the topic was declared otherwise before.
   */
  topic<N extends TopicName<AllTopics<M, R>>, I, O>(name: N, options: SchemaOptionsOf<F, I, O>): string extends keyof M ? TopicOf<F, O, N, I> : TopicOf<F, DataOf<AllTopics<M, R>, N>, N>;
  /**
   * A topic by name. Options declare what holds for all of its events from now on, whoever publishes them.
   * ```ts
   * const theme = bus.topic('ui.theme', { retain: true });
   * theme.publish('dark');
   * theme.value; // 'dark'
   * ```
   * @throws TopicError, ClosedError; OptionError, also where the topic was declared otherwise before.
   */
  topic<N extends TopicName<AllTopics<M, R>>>(name: N, options?: TopicOptionsOf<F>): TopicOf<F, DataOf<AllTopics<M, R>, N>, N>;
  /** A topic by name on a bus whose topics were not declared: `D` is the type of its data. */
  topic<D>(name: string extends keyof M ? string : never, options?: TopicOptionsOf<F>): TopicOf<F, D>;
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
   * Registers an observer, of which there may be any number: it sees deliveries, drops, interest and the like, on both
   * sides, and changes nothing. It is told of the interest that there is at once.
   * ```ts
   * const stop = bus.observe({ delivered: ({ topic }, { pattern }, { duration }) => console.log(topic, pattern, duration) });
   * stop();
   * ```
   * @throws OptionError, ClosedError.
   */
  observe(observer: Observer): Unsubscribe;
  /** Ends all subscriptions and Go; what is called from then on throws a ClosedError. Calling it again does nothing. */
  close(): Promise<void>;
  /** Closes it at the end of the block, with `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A publish/subscribe bus. `M` has its topics with their data, `R` the replies to requests; without them any topic is
 * accepted and data are `any`.
 */
export interface Bus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>
  extends CoreBus<M, R, FeatureName>, RequestsBus<M, R>, PoliciesBus<M, R>, InspectionBus {}

/** A bus with the features `F` and no others. */
export type BusOf<M extends TopicMap, R extends TopicMap, F extends FeatureName> = [FeatureName] extends [F] ? Bus<M, R>
  : CoreBus<M, R, F> & ('requests' extends F ? RequestsBus<M, R> : unknown) & ('policies' extends F ? PoliciesBus<M, R> : unknown) & ('inspection' extends F ? InspectionBus : unknown);
