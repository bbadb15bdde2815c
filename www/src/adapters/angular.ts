import { DestroyRef, inject, InjectionToken, makeEnvironmentProviders, NgZone, signal, type EnvironmentProviders, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { pageBus, type Bus, type DataOf, type Handler, type TopicMap } from 'trolleybus';
import { follow, join, last, reader } from './last-event.js';
import { fromBus } from './rxjs.js';
import type { AnyBus, UseEvent, UseEventOptions, UseLastEventOptions } from './types.js';

const BUS = new InjectionToken<AnyBus>('trolleybus', { providedIn: 'root', factory: () => pageBus() });
const isServer = typeof document === 'undefined';

/** Gives a bus to the application, or to what an environment injector is for. Without one it is the page's, `pageBus()`. */
export function provideBus(bus: AnyBus | (() => AnyBus)): EnvironmentProviders {
  return makeEnvironmentProviders([{ provide: BUS, useFactory: () => typeof bus === 'function' ? bus() : bus }]);
}

/** The provided bus, or the page's; in an injection context. */
export function injectBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return inject(BUS);
}

/**
 * Calls a handler with each event of a topic or pattern until the injection context's owner is destroyed, in Angular's
 * zone where there is one. Nothing on a server.
 * @throws TopicError, OptionError.
 */
export function injectEvent<D = any>(topic: string, handler: Handler<D>, { bus = injectBus(), ...options }: UseEventOptions = {}): void {
  if (isServer) return;
  const zone = inject(NgZone);
  const inZone: Handler<D> = (data, event) => zone.run(() => typeof handler === 'function' ? handler(data, event) : handler.handleEvent(data, event));
  inject(DestroyRef).onDestroy(join(bus, topic, inZone, options));
}

/**
 * The data of the last event of a topic, or what `selector` makes of it, as a signal: the retained event's at first,
 * else `initial`.
 */
export function injectLastEvent<D = any, T = D, I = undefined>(topic: string, { selector, initial, bus = injectBus() }: UseLastEventOptions<D, T, I> = {}): Signal<T | I> {
  if (isServer) return signal(initial as I);
  const store = last(bus, topic), read = reader(store, selector, initial as I);
  const value = signal<T | I>(read());
  inject(DestroyRef).onDestroy(follow(store, read, (latest) => value.set(latest)));
  return value.asReadonly();
}

/** The data of a topic or pattern as an Observable. */
export function injectObservable<D = any>(topic: string, { bus = injectBus(), ...options }: UseEventOptions = {}): Observable<D> {
  return fromBus(bus, topic, options);
}

/** The same for one bus, typed by its topics: `const { injectEvent } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): {
  injectBus(): Bus<M, R>;
  injectEvent: UseEvent<M>;
  injectLastEvent<P extends string, T = DataOf<M, P>, I = undefined>(topic: P, options?: Omit<UseLastEventOptions<DataOf<M, P>, T, I>, 'bus'>): Signal<T | I>;
  injectObservable<P extends string>(topic: P): Observable<DataOf<M, P>>;
} {
  return {
    injectBus: () => bus,
    injectEvent: (topic, handler, options) => injectEvent(topic, handler as Handler<any>, { ...options, bus }),
    injectLastEvent: (topic, options) => injectLastEvent(topic, { ...options, bus }),
    injectObservable: (topic) => injectObservable(topic, { bus }),
  };
}
