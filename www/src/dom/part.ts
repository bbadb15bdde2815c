import { bridge, bridgeMap } from '../../../bus/options.json';
import type { BusEvent } from '../core/event.js';
import { isTopic } from '../core/grammar.js';
import type { Kernel } from '../core/kernel.js';
import { readOptions } from '../core/options.js';
import type { Part } from '../core/part.js';
import type { Places } from '../core/places.js';
import { disposable } from '../core/disposable.js';
import { Bridges } from './bridge.js';
import type { BridgeMap, BridgeOptions } from './bridge-types.js';
import { BusTarget } from './target.js';

/** Chromium itself nests 43 dispatches of one event target. */
const MAX_DISPATCHES = 32;

/** What a bus has for code that knows the DOM: `bus.target` and `bus.bridge`. */
export function joinDOM(kernel: Kernel): Part {
  const doms = new WeakMap<BusEvent, Event>();
  const fail = (error: unknown, type: string, of: BusEvent | string = type): void =>
    kernel.failures.report(error, { pattern: type, name: 'DOM listener' }, typeof of === 'string' ? kernel.blank(of) : of);
  // Both are made when they are first used: most pages use one of them at most, and none before it has published.
  let target: BusTarget | undefined, bridges: Bridges | undefined;
  const makeTarget = (): BusTarget => new BusTarget({
    isTopic: (type) => !kernel.closed && isTopic(type),
    subscribe: (topic, handler) => kernel.subscribe(topic, handler, 'bus.target', true),
    deliverNow: (topic, data, dom) => {
      const event = kernel.dispatcher.prepare(topic, data);
      doms.set(event, dom);
      kernel.enterNow(event, MAX_DISPATCHES);
    },
    domOf: (event) => doms.get(event),
    fail,
  });
  const join: NonNullable<Places['bridge']> = kernel.places.bridge = (to, entries, signal) => (bridges ??= new Bridges({
    publish: (topic, data, before) => kernel.publish(topic, data, undefined, before),
    subscribe: (pattern, handler, name) => kernel.subscribe(pattern, handler, name),
    fail,
  })).join(to, entries, signal);
  return {
    members: {
      get target() { return target ??= makeTarget(); },
      bridge: (target: EventTarget, map: BridgeMap, options: BridgeOptions = {}) => {
        const { signal } = readOptions('bridge', bridge, options), entries = readOptions('bridge map', bridgeMap, map);
        kernel.open();
        return disposable(join(target, entries, signal));
      },
    },
    close: () => {
      target?.close();
      bridges?.close();
    },
  };
}
