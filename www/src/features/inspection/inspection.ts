import type { Dispatcher } from '../../core/dispatcher.js';
import type { Failures } from '../../core/failures.js';
import type { Pending } from '../../core/pending.js';
import type { Registry } from '../../core/registry.js';
import type { Stats, SubscriptionInfo, TopicInfo } from '../../core/inspection-types.js';

/** What can be seen of a queue. */
export type State = Omit<SubscriptionInfo, 'pattern' | 'name' | 'responder' | 'side'>;

interface Inspected {
  readonly dispatcher: Dispatcher;
  readonly registry: Registry;
  readonly failures: Failures;
  readonly counts: { readonly dropped: number; readonly intercepted: number; readonly coalesced: number };
  readonly pending: Pending;
  readonly requests: { readonly count: number; readonly pending: number };
  /** Of Go: `port` while it is up. */
  readonly supervisor: {
    readonly port: {
      readonly policies: { states(): Map<number, State>; counts(): number[] };
      subscriptions(): Iterable<{ pattern: string; name: string | undefined; order: number; responder: boolean }>;
    } | undefined;
    readonly memory: WebAssembly.Memory | undefined;
    readonly restarts: number;
  };
  /** How many events each topic keeps. */
  readonly histories: { lengths(): Map<string, number> };
}

/** What can be seen of a bus from outside. */
export function inspection({ dispatcher, registry, failures, counts, pending, requests, supervisor, histories }: Inspected): { stats(): Stats; topics(): TopicInfo[]; subscriptions(): SubscriptionInfo[] } {
  const subscriptions = (): SubscriptionInfo[] => {
    const { port } = supervisor;
    const states = port?.policies.states();
    return [
      ...registry.all().map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'script' as const, ...states?.get(order) })),
      ...[...port?.subscriptions() ?? []].map(({ pattern, name, order, responder }) => ({ pattern, name, responder, side: 'go' as const, ...states?.get(order) })),
    ];
  };
  /** Topics published lately, those subscribed to by name, and those that keep events. */
  const names = (kept: Map<string, number>): Set<string> => {
    const names = new Set([...dispatcher.routes.topics(), ...kept.keys()]);
    for (const { pattern } of subscriptions()) if (!/[*>]/.test(pattern)) names.add(pattern);
    return names;
  };
  const topics = (): TopicInfo[] => {
    const kept = histories.lengths();
    return [...names(kept)].sort().map((topic) => ({
      topic, ...(kept.has(topic) && { retained: kept.get(topic)! }),
      subscribers: dispatcher.compiler.compile(topic).subscribers.filter((s) => !('handle' in s) || s.handle !== 0).length,
    }));
  };
  return {
    topics,
    subscriptions,
    stats: () => {
      const kept = histories.lengths();
      const [lost = 0, retried = 0, dead = 0, evicted = 0, redriven = 0, deduped = 0, coalesced = 0] = supervisor.port?.policies.counts() ?? [];
      return {
        published: dispatcher.seq,
        delivered: dispatcher.delivered,
        failed: failures.count,
        dropped: counts.dropped + pending.dropped + lost,
        requests: requests.count,
        pending: requests.pending,
        intercepted: counts.intercepted,
        topics: names(kept).size,
        subscriptions: subscriptions().length,
        routes: dispatcher.routes.size,
        memory: supervisor.memory?.buffer.byteLength ?? 0,
        restarts: supervisor.restarts,
        retained: [...kept.values()].reduce((sum, n) => sum + n, 0),
        retried, dead, evicted, redriven, deduped, coalesced: coalesced + counts.coalesced,
      };
    },
  };
}
