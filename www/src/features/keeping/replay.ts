import { BoundedQueue } from '../../core/bounded-queue.js';
import { RecursionError } from '../../core/errors.js';
import { OverflowError } from '../../core/overflow-error.js';
import type { BusEvent } from '../../core/event.js';
import type { Kernel } from '../../core/kernel.js';
import type { Histories } from './history.js';
import type { Subscription } from '../../core/subscription.js';
import type { Overflow } from '../../core/policy-types.js';
import type { Replay } from '../../core/types.js';
import { deliverTo, inTurn } from '../../core/turns.js';

const MAX_NESTED = 1000;

/** What replays share. */
export interface ReplayHost {
  readonly kernel: Kernel;
  readonly histories: Histories;
  /** How many replays deep the one is that is going on: each may begin another. */
  replays: number;
  /** Whether what is being delivered is of the past. */
  past: boolean;
}

/** Refuses a replay that was begun in one that was begun in one ... */
export function checkNested({ replays }: ReplayHost, pattern: string): void {
  if (replays >= MAX_NESTED) throw new RecursionError([pattern], MAX_NESTED);
}

/**
 * Begins a subscription with what its topics keep (D6). The snapshot is taken here and now; the subscriber gets it when
 * it is its turn, and what is live until then waits behind.
 */
export function begin(subscription: Subscription, replay: Replay, overflow: Overflow, host: ReplayHost): void {
  join(subscription, host.histories.snapshot(subscription.pattern, replay), overflow, host);
}

/** Go is up: who asked for the past gets what Go has kept from before. */
export function resume(subscriptions: readonly Subscription[], host: ReplayHost): void {
  for (const subscription of subscriptions) {
    if (subscription.replay === undefined) continue;
    const past = host.histories.snapshot(subscription.pattern, subscription.replay, true);
    if (past.length > 0) join(subscription, past, {}, host);
  }
}

function join(subscription: Subscription, past: readonly BusEvent[], { limit = 1024, policy = 'error' }: Overflow, host: ReplayHost): void {
  const { dispatcher, failures, counts, observers } = host.kernel;
  const { deliver, pattern } = subscription;
  const depth = host.replays + 1;
  const behind = new BoundedQueue<BusEvent>(limit, policy, (_count, event) => {
    counts.dropped++;
    observers.dropped(event, subscription, 'overflow');
  });
  let over = false;
  const handOver = (event: BusEvent): void => deliverTo(dispatcher, subscription, event, deliver);
  subscription.deliver = (data, event): unknown => {
    if (over) return deliver(data, event);
    dispatcher.delivered--;
    if (!behind.push(event)) failures.report(new OverflowError(`replay of ${JSON.stringify(pattern)}`, limit, event), subscription, event);
    return undefined;
  };
  if (subscription.used) dispatcher.invalidate(pattern, subscription.wild);
  inTurn(dispatcher, () => {
    host.replays = depth;
    try {
      host.past = true;
      for (const event of past) {
        if (!subscription.active) continue;
        if (observers.any) observers.tell('replayed', event, event, observers.describe(subscription));
        handOver(event);
      }
      host.past = false;
      for (let event = behind.shift(); event !== undefined && subscription.active; event = behind.shift()) handOver(event);
    } finally {
      host.past = false;
      host.replays = 0;
      over = true;
      subscription.deliver = deliver;
      dispatcher.invalidate(pattern, subscription.wild);
    }
  });
}
