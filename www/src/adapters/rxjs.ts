import { Observable, type Observer } from 'rxjs';
import type { Bus, DataOf, EventOf, PublishArguments, SubscribeOptions, TopicMap, TopicName } from 'trolleybus';

/**
 * The data of a topic or pattern as an Observable, subscribed to the bus while it has subscribers, each with the same
 * options. It completes when its `signal` aborts.
 * @throws TopicError, OptionError, ClosedError as the Observable's error.
 */
export function fromBus<M extends TopicMap, P extends string>(bus: Bus<M, any>, pattern: P, options?: SubscribeOptions<DataOf<M, P>, EventOf<M, P>>): Observable<DataOf<M, P>> {
  return observe(bus, pattern, options as SubscribeOptions, (data, _event, observer) => observer.next(data));
}

/** The events of a topic or pattern, with topic, number, id and time, as an Observable. */
export function eventsFromBus<M extends TopicMap, P extends string>(bus: Bus<M, any>, pattern: P, options?: SubscribeOptions<DataOf<M, P>, EventOf<M, P>>): Observable<EventOf<M, P>> {
  return observe(bus, pattern, options as SubscribeOptions, (_data, event, observer) => observer.next(event));
}

function observe<T>(bus: Bus<any, any>, pattern: string, options: SubscribeOptions = {}, next: (data: any, event: any, observer: Observer<T>) => void): Observable<T> {
  return new Observable<T>((observer) => {
    const { signal, once } = options;
    const complete = (): void => observer.complete();
    const off = bus.subscribe(pattern, (data, event) => {
      next(data, event, observer);
      if (once) complete();
    }, options);
    if (signal?.aborted) complete();
    signal?.addEventListener('abort', complete);
    return () => {
      signal?.removeEventListener('abort', complete);
      off();
    };
  });
}

/** Publishes each value of an Observable: `prices.subscribe(toBus(bus, 'price.changed'))`. Its end ends nothing on the bus. */
export function toBus<M extends TopicMap, N extends TopicName<M>>(bus: Bus<M, any>, topic: N): (data: DataOf<M, N>) => void {
  return (data) => bus.publish(topic, ...[data] as unknown as PublishArguments<DataOf<M, N>>);
}
