import type { Compiler } from './dispatcher.js';
import { isReserved, matches } from './grammar.js';
import type { Pending } from './pending.js';
import type { Places } from './places.js';
import type { Registry } from './registry.js';
import { Route } from './route.js';
import type { Subscriber } from './subscriber.js';

/** Routing while Go is not up: the same answer as Go's table for JavaScript's own subscriptions, by asking each of them. */
export const provisional = (registry: Registry, places: Places, pending: Pending): Compiler => ({
  compile(topic) {
    const before: Subscriber[] = pending.limit > 0 && !isReserved(topic) ? [pending.subscriber] : [];
    const recorder = places.keeping?.recorderOf(topic);
    if (recorder !== undefined) before.push(recorder);
    const found = registry.all((s) => s.wild ? matches(s.pattern, topic) : s.pattern === topic);
    return new Route(topic, before.concat(places.policies?.grouped(topic, found) ?? found));
  },
});
