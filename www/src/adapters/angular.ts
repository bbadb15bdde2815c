import { DestroyRef, inject, InjectionToken, makeEnvironmentProviders, NgZone, signal, type EnvironmentProviders, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { pageBus } from 'trolleybus/core';
import type { AllTopics, Bus, CoreBus, DataOf, EventOf, FeatureName, Handler, Pattern, SubscribeOptions, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { follow, join, Last, reader } from './last-event.js';
import { fromBus } from './rxjs.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus, UseEvent, UseEventOf } from './types.js';

const BUS = new InjectionToken<AnyBus>('trolleybus', { providedIn: 'root', factory: () => pageBus() });
const isServer = typeof document === 'undefined';

/** Gives a bus to the application, or to what an environment injector is for. Without one it is the page's, `pageBus()`. */
export function provideBus(bus: AnyBus | (() => AnyBus)): EnvironmentProviders {
  return makeEnvironmentProviders([{ provide: BUS, useFactory: () => typeof bus === 'function' ? bus() : bus }]);
}

/** The provided bus, or the page's; in an injection context. */
export function injectBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return inner.bus(inject(BUS)) as Bus<M, R>;
}

/**
 * Calls a handler with each event of a topic or pattern until the injection context's owner is destroyed, in Angular's
 * zone where there is one. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export const injectEvent: UseEvent<void> = (topic: string, handler: Handler<any>, options?: AnyOptions): void => {
  const { bus = injectBus(), ...rest } = inner.event(options);
  if (isServer) return;
  const zone = inject(NgZone);
  const call = inner.call(handler), inZone: Handler<any> = (data, event) => zone.run(() => call(data, event));
  inject(DestroyRef).onDestroy(join(bus, topic, inZone, rest));
};

/**
 * The data of the last event of a topic, or what `selector` makes of it, as a signal: the retained event's at first,
 * else `initial`.
 */
export function injectLastEvent<P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
  topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
): Signal<NoInfer<T | I>>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function injectLastEvent<D = unknown, T = D, I extends Initial = undefined>(topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): Signal<NoInfer<T | I>>;
export function injectLastEvent(topic: string, options?: AnyLastOptions): Signal<unknown> {
  const { selector, initial, bus = injectBus() } = inner.last(options);
  if (isServer) return signal(initial);
  const store = new Last(bus, topic), read = reader(store, selector, initial);
  const value = signal(read());
  inject(DestroyRef).onDestroy(follow(store, read, (latest) => value.set(latest)));
  return value.asReadonly();
}

/** The data of a topic or pattern as an Observable. */
export function injectObservable<P extends string, M extends TopicMap, R extends TopicMap>(
  topic: Pattern<AllTopics<M, R>, P>, options: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>> & OnBus<M, R>,
): Observable<NoInfer<DataOf<AllTopics<M, R>, P>>>;
/** The same on the bus that is provided, or the page's, whose topics are not known. */
export function injectObservable<D = unknown>(topic: string, options?: SubscribeOptions<D> & OnProvidedBus): Observable<NoInfer<D>>;
export function injectObservable(topic: string, options?: AnyOptions): Observable<unknown> {
  const { bus = injectBus(), ...rest } = inner.event(options);
  return fromBus(bus, topic, rest);
}

/** The functions of one bus, whose topics and patterns they know. */
export interface Injectors<M extends TopicMap, R extends TopicMap> {
  /** The bus. */
  injectBus(): Bus<M, R>;
  /** Calls a handler with each event of a topic or pattern until the injection context's owner is destroyed. */
  injectEvent: UseEventOf<AllTopics<M, R>, void>;
  /** The data of the last event of a topic or pattern, or what `selector` makes of it. */
  injectLastEvent<P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ): Signal<NoInfer<T | I>>;
  /** The data of a topic or pattern as an Observable. */
  injectObservable<P extends string>(
    topic: Pattern<AllTopics<M, R>, P>, options?: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): Observable<NoInfer<DataOf<AllTopics<M, R>, P>>>;
}

/** The same for one bus, typed by its topics: `const { injectEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): Injectors<M, R>;
/** The same for a bus of `trolleybus/core`. */
export function forBus<M extends TopicMap, R extends TopicMap, F extends FeatureName>(bus: CoreBus<M, R, F>): Omit<Injectors<M, R>, 'injectBus'> & {
  /** The bus. */
  injectBus(): CoreBus<M, R, F>;
};
export function forBus(bus: AnyBus): Injectors<any, any> {
  inner.bus(bus);
  return {
    injectBus: () => bus as Bus<any, any>,
    injectEvent: (topic, handler: Handler<any, any>, options) => injectEvent(topic, handler, inner.event(options, bus)),
    injectLastEvent: (topic: string, options?: AnyLastOptions): any => injectLastEvent(topic, inner.last(options, bus)),
    injectObservable: (topic: string, options?: SubscribeOptions): Observable<any> => injectObservable(topic, inner.event(options, bus)),
  };
}
