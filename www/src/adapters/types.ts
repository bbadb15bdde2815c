import type { Bus, BusEvent, DataOf, EventOf, Handler, SubscribeOptions, TopicMap } from 'trolleybus';

/** Any bus, whatever its topics. */
export type AnyBus = Bus<any, any>;

/** The options of `subscribe`, and which bus: the one that is provided, or the page's, when left out. */
export type UseEventOptions<D = any, E extends BusEvent = any> = SubscribeOptions<D, E> & { bus?: AnyBus };

export interface UseLastEventOptions<D, T, I> {
  /** The value until there is an event, and on a server. */
  initial?: I;
  /** What of the data is wanted: nothing happens while that stays the same (`Object.is`). */
  selector?: (data: D) => T;
  bus?: AnyBus;
}

/** `useEvent` of a bus whose topics are known. */
export type UseEvent<M extends TopicMap> = <P extends string>(topic: P, handler: Handler<DataOf<M, P>, EventOf<M, P>>, options?: SubscribeOptions<DataOf<M, P>, EventOf<M, P>>) => void;
