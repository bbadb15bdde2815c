import { Observable, type Observer } from 'rxjs';
import type { AllTopics, Bus, CoreBus, DataOf, EventOf, Pattern, SubscribeOptions, TopicMap, TopicName } from 'trolleybus';
import { inner } from '../core/inner.js';
import { FOLLOW, type Followed } from '../core/internal.js';
import { microtask } from '../core/microtask.js';
import type { AnyBus } from './types.js';

/**
 * The data of a topic or pattern as an Observable, subscribed to the bus while it has subscribers, each with the same
 * options. It completes when that ends: by its `signal`, `once`, `owner`, or the end of the bus.
 * @throws TopicError, OptionError, ClosedError as the Observable's error.
 */
export function fromBus<P extends string, M extends TopicMap, R extends TopicMap>(
  bus: Bus<M, R> | CoreBus<M, R>, pattern: Pattern<AllTopics<M, R>, P>, options?: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
): Observable<NoInfer<DataOf<AllTopics<M, R>, P>>>;
export function fromBus(bus: AnyBus, pattern: string, options?: SubscribeOptions): Observable<unknown> {
  return observe(bus, pattern, options, (data, _event, observer) => observer.next(data));
}

/** The events of a topic or pattern, with topic, number, id and time, as an Observable. */
export function eventsFromBus<P extends string, M extends TopicMap, R extends TopicMap>(
  bus: Bus<M, R> | CoreBus<M, R>, pattern: Pattern<AllTopics<M, R>, P>, options?: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
): Observable<NoInfer<EventOf<AllTopics<M, R>, P>>>;
export function eventsFromBus(bus: AnyBus, pattern: string, options?: SubscribeOptions): Observable<unknown> {
  return observe(bus, pattern, options, (_data, event, observer) => observer.next(event));
}

function observe<T>(bus: AnyBus, pattern: string, options: SubscribeOptions = {}, next: (data: any, event: any, observer: Observer<T>) => void): Observable<T> {
  return new Observable<T>((observer) => {
    inner.bus(bus);
    const given = inner.read('subscribe', options), { once } = given;
    const complete = (): void => observer.complete();
    return (bus as AnyBus & Followed)[FOLLOW](pattern, (data, event) => {
      next(data, event, observer);
      if (once) complete();
    }, given, once ? () => microtask(complete) : complete); // the one event comes after the end
  });
}

/** Publishes each value of an Observable: `prices.subscribe(toBus(bus, 'price.changed'))`. Its end ends nothing on the bus. */
export function toBus<M extends TopicMap, R extends TopicMap, N extends TopicName<AllTopics<M, R>>>(bus: Bus<M, R> | CoreBus<M, R>, topic: N): (data: DataOf<AllTopics<M, R>, N>) => void;
export function toBus(bus: AnyBus, topic: string): (data: unknown) => void {
  inner.bus(bus);
  inner.topic(topic);
  return (data) => bus.publish(topic, data);
}
