import type { Kernel } from '../../core/kernel.js';
import type { Stats, SubscriptionInfo, TopicInfo } from '../../core/inspection-types.js';

// What can be seen of a bus from outside.

export function subscriptions({ registry, places, go }: Kernel): SubscriptionInfo[] {
  const states = places.policies?.states();
  return [
    ...registry.all().map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'script' as const, ...states?.get(order) })),
    ...[...go?.subscriptions() ?? []].map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'go' as const, ...states?.get(order) })),
  ];
}

const kept = ({ places }: Kernel): Map<string, number> => places.keeping?.lengths() ?? new Map<string, number>();

/** Topics published lately, those subscribed to by name, and those that keep events. */
function names({ dispatcher: { routes } }: Kernel, subscriptions: SubscriptionInfo[], kept: Map<string, number>): Set<string> {
  const names = new Set([...routes.young.keys(), ...routes.old.keys(), ...kept.keys()]);
  for (const { pattern } of subscriptions) if (!/[*>]/.test(pattern)) names.add(pattern);
  return names;
}

export function topics(kernel: Kernel): TopicInfo[] {
  const lengths = kept(kernel);
  return [...names(kernel, subscriptions(kernel), lengths)].sort().map((topic) => ({
    topic, ...(lengths.has(topic) && { retained: lengths.get(topic)! }),
    subscribers: kernel.dispatcher.compiler.compile(topic).subscribers.filter((s) => !('handle' in s) || s.handle !== 0).length,
  }));
}

export function stats(kernel: Kernel): Stats {
  const { dispatcher, failures, counts, pending, places, go } = kernel, { routes } = dispatcher, lengths = kept(kernel), all = subscriptions(kernel);
  const [lost = 0, retried = 0, dead = 0, evicted = 0, redriven = 0, deduped = 0, coalesced = 0] = places.policies?.counts() ?? [];
  return {
    published: dispatcher.seq,
    delivered: dispatcher.delivered,
    failed: failures.count,
    dropped: counts.dropped + pending.dropped + lost,
    requests: places.requests?.count ?? 0,
    pending: places.requests?.pending ?? 0,
    intercepted: counts.intercepted,
    topics: names(kernel, all, lengths).size,
    subscriptions: all.length,
    routes: routes.young.size + routes.old.size,
    memory: go?.memory?.buffer.byteLength ?? 0,
    restarts: go?.restarts ?? 0,
    retained: [...lengths.values()].reduce((sum, n) => sum + n, 0),
    retried, dead, evicted, redriven, deduped, coalesced: coalesced + counts.coalesced,
  };
}
