import type { Compiler } from './dispatcher.js';
import { isReserved, matches } from './grammar.js';
import type { Pending } from './pending.js';
import type { Places } from './places.js';
import type { Registry } from './registry.js';
import { Route } from './route.js';
import type { GroupSubscriber, Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';

/** Routing while Go is not up: the same answer as Go's table for JavaScript's own subscriptions, by asking each of them. */
export class Provisional implements Compiler {
  constructor(private readonly registry: Registry, private readonly places: Places, private readonly pending: Pending) {}

  compile(topic: string): Route {
    const subscribers: Subscriber[] = [];
    if (this.pending.limit > 0 && !isReserved(topic)) subscribers.push(this.pending.subscriber);
    const recorder = this.places.keeping?.recorderOf(topic);
    if (recorder !== undefined) subscribers.push(recorder);
    const groups = new Map<string, Subscription[]>();
    for (const s of this.registry.inOrder((s) => s.wild ? matches(s.pattern, topic) : s.pattern === topic)) {
      const queue = s.runner?.queue, members = queue === undefined ? undefined : groups.get(queue);
      if (members !== undefined) members.push(s);
      else if (queue === undefined) subscribers.push(s);
      else {
        const members = [s];
        groups.set(queue, members);
        subscribers.push(groupOf(topic, members));
      }
    }
    return new Route(topic, subscribers);
  }
}

/** A queue group: an event waits with one of its members, until Go chooses the one that gets it. */
function groupOf(pattern: string, members: readonly Subscription[]): GroupSubscriber {
  return {
    group: 0, pattern, name: undefined, wild: true, used: true,
    deliver: (data, event) => members.find(({ active }) => active)?.runner!.deliver(data, event),
  };
}
