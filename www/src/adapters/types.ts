import type { AllTopics, Bus, CoreBus, DataOf, EventOf, Handler, Pattern, SubscribeOptions, TopicMap } from 'trolleybus';

/** Any bus, whatever its topics. */
export type AnyBus = CoreBus<any, any>;

/** Says which bus, and by that which topics there are. Where `bus` is undefined it is the one that is provided, or the page's. */
export interface OnBus<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  bus: Bus<M, R> | CoreBus<M, R> | undefined;
}

/** The bus that is provided, or the page's. Its topics are not known: `forBus` and `bus` are for that. */
export interface OnProvidedBus {
  /** Not given. */
  bus?: undefined;
}

/** What there may be until there is an event: anything, whose literal type is kept. */
export type Initial = string | number | bigint | boolean | symbol | {} | null | undefined;

/** What is wanted of the last event. */
export interface LastEventOptions<D, T, I> {
  /** The value until there is an event, and on a server. */
  initial?: I;
  /** What of the data is wanted: nothing happens while that stays the same (`Object.is`). */
  selector?: (data: D) => T;
}

/** Calls a handler with events: of a bus whose topics are known where `bus` is given, else of any. `T` is the result. */
export interface UseEvent<T> {
  /** On a bus whose topics are known. */
  <P extends string, M extends TopicMap, R extends TopicMap>(
    topic: Pattern<AllTopics<M, R>, P>,
    handler: Handler<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
    options: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>> & OnBus<M, R>,
  ): T;
  /** On the bus that is provided, or the page's. */
  <D = any>(topic: string, handler: Handler<D>, options?: SubscribeOptions<D> & OnProvidedBus): T;
}

/** Calls a handler with events of one bus, whose topics are `M`. */
export type UseEventOf<M extends TopicMap, T> = <P extends string>(
  topic: Pattern<M, P>,
  handler: Handler<NoInfer<DataOf<M, P>>, NoInfer<EventOf<M, P>>>,
  options?: SubscribeOptions<NoInfer<DataOf<M, P>>, NoInfer<EventOf<M, P>>>,
) => T;

/** What the functions above are called with, whichever bus it is. */
export type AnyOptions = SubscribeOptions & { bus?: AnyBus | undefined };
/** The same of the last event. */
export type AnyLastOptions = LastEventOptions<any, any, any> & { bus?: AnyBus | undefined };
