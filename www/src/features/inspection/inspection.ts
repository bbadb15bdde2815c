import type { Kernel } from '../../core/kernel.js';
import type { Stats, SubscriptionInfo, TopicInfo } from '../../core/inspection-types.js';

/** What can be seen of a bus from outside. */
export function inspection(kernel: Kernel): { stats(): Stats; topics(): TopicInfo[]; subscriptions(): SubscriptionInfo[] } {
  const { dispatcher, registry, failures, counts, pending, places } = kernel;
  const kept = (): Map<string, number> => places.keeping?.lengths() ?? new Map<string, number>();
  const subscriptions = (): SubscriptionInfo[] => {
    const states = places.policies?.states();
    return [
      ...registry.all().map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'script' as const, ...states?.get(order) })),
      ...[...kernel.go?.subscriptions() ?? []].map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'go' as const, ...states?.get(order) })),
    ];
  };
  /** Topics published lately, those subscribed to by name, and those that keep events. */
  const names = (kept: Map<string, number>): Set<string> => {
    const names = new Set([...dispatcher.routes.young.keys(), ...dispatcher.routes.old.keys(), ...kept.keys()]);
    for (const { pattern } of subscriptions()) if (!/[*>]/.test(pattern)) names.add(pattern);
    return names;
  };
  const topics = (): TopicInfo[] => {
    const lengths = kept();
    return [...names(lengths)].sort().map((topic) => ({
      topic, ...(lengths.has(topic) && { retained: lengths.get(topic)! }),
      subscribers: dispatcher.compiler.compile(topic).subscribers.filter((s) => !('handle' in s) || s.handle !== 0).length,
    }));
  };
  return {
    topics,
    subscriptions,
    stats: () => {
      const lengths = kept();
      const [lost = 0, retried = 0, dead = 0, evicted = 0, redriven = 0, deduped = 0, coalesced = 0] = places.policies?.counts() ?? [];
      return {
        published: dispatcher.seq,
        delivered: dispatcher.delivered,
        failed: failures.count,
        dropped: counts.dropped + pending.dropped + lost,
        requests: places.requests?.count ?? 0,
        pending: places.requests?.pending ?? 0,
        intercepted: counts.intercepted,
        topics: names(lengths).size,
        subscriptions: subscriptions().length,
        routes: dispatcher.routes.young.size + dispatcher.routes.old.size,
        memory: kernel.go?.memory?.buffer.byteLength ?? 0,
        restarts: kernel.go?.restarts ?? 0,
        retained: [...lengths.values()].reduce((sum, n) => sum + n, 0),
        retried, dead, evicted, redriven, deduped, coalesced: coalesced + counts.coalesced,
      };
    },
  };
}
