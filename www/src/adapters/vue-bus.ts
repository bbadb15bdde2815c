import { getCurrentScope, hasInjectionContext, inject, onScopeDispose, type InjectionKey, type Plugin } from 'vue';
import { pageBus } from 'trolleybus/core';
import type { Bus, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import type { AnyBus } from './types.js';

/** Where the bus is provided: `provide(busKey, bus)` gives it to the components below. */
export const busKey: InjectionKey<AnyBus> = Symbol.for('trolleybus/vue') as InjectionKey<AnyBus>;

/** Gives a bus to an app: `app.use(busPlugin(bus))`. Without one its components use the page's, `pageBus()`. */
export function busPlugin(bus: AnyBus): Plugin {
  return { install: (app) => void app.provide(busKey, bus) };
}

/** The provided bus, or the page's. */
export function useBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(): Bus<M, R> {
  return inner.bus<AnyBus>((hasInjectionContext() ? inject(busKey, undefined) : undefined) ?? pageBus()) as Bus<M, R>;
}

export const isServer = typeof document === 'undefined';

/** Ends with the component or the effect scope, where there is one. */
export function scoped(off: () => void): () => void {
  if (getCurrentScope()) onScopeDispose(off);
  return off;
}
