import type { GroupSubscriber, Subscriber } from '../../core/subscriber.js';
import type { Subscription } from '../../core/subscription.js';

/** The subscribers of a topic while Go is not up, their queue groups in the places of their first members. */
export function grouped(topic: string, subscriptions: readonly Subscription[]): Subscriber[] {
  const groups = new Map<string, Subscription[]>();
  return subscriptions.flatMap((s) => {
    const { queue } = s.runner ?? {};
    if (queue === undefined) return s;
    const members = groups.get(queue);
    if (members !== undefined) {
      members.push(s);
      return [];
    }
    const group = [s];
    groups.set(queue, group);
    return groupOf(topic, group);
  });
}

/** A queue group: an event waits with one of its members, until Go chooses the one that gets it. */
function groupOf(pattern: string, members: readonly Subscription[]): GroupSubscriber {
  return {
    group: 0, pattern, name: undefined, wild: true, used: true,
    deliver: (data, event) => members.find(({ active }) => active)?.runner!.deliver(data, event),
  };
}
