import type { Clock } from './clock.js';
import { TimeoutError, UnavailableError } from './errors.js';
import { attemptOf, type BusEvent } from './event.js';
import type { Policies } from './go/policies.js';
import type { ReplayHost } from './replay.js';
import type { Subscription } from './subscription.js';
import type { SubscribeOptions } from './types.js';

/** Events that a subscription with policies keeps while Go is not up. */
const MAX_WAITING = 1024;

/** What such subscriptions share. */
export interface ManagedHost extends ReplayHost {
  readonly clock: Clock;
  /** While Go is up. */
  policies: Policies | undefined;
  /** Why it can't be. */
  unavailable: UnavailableError | undefined;
  /** There is one more: Go is needed. */
  begun(): void;
}

/**
 * A subscription with policies. Go keeps its queue and decides on each attempt; this makes the calls and says how they
 * ended. Its number, which no other one ever has, is what Go knows it by.
 */
export class Managed {
  subscription!: Subscription;
  /** Events that came while Go was not up. */
  waiting: BusEvent[] = [];
  /** Whether Go must be told the topic with each event. */
  byTopic = false;
  /** Event keys are asked for here, since only JavaScript can read the data. */
  readonly keys: readonly (((data: any, event: BusEvent) => unknown) | undefined)[] | undefined;
  private readonly running = new Set<() => void>();

  constructor(readonly number: number, readonly options: SubscribeOptions, private readonly call: (data: any, event: BusEvent) => unknown, private readonly host: ManagedHost) {
    const { dedupe, retry, coalesce } = options;
    const keys = [dedupe?.key, retry?.key === true ? keyOf : retry?.key || undefined, coalesce === true ? sameKey : coalesce || undefined];
    this.keys = keys.some((key) => key !== undefined) ? keys : undefined;
  }

  /** What routes call. */
  readonly deliver = (_data: unknown, event: BusEvent): void => {
    const { policies, unavailable, dispatcher } = this.host;
    dispatcher.delivered--; // it counts when it has been handled
    if (policies !== undefined) return policies.offer(this, event);
    if (unavailable !== undefined) throw unavailable;
    if (this.waiting.push(event) > MAX_WAITING) {
      this.waiting.shift();
      this.host.dropped();
    }
  };

  /** Makes one attempt; `call` numbers it for Go, 0 where Go need not know of success. */
  run(event: BusEvent, call: number): void {
    const { timeout } = this.options;
    let result;
    if (timeout !== undefined) return this.runTimed(event, call, timeout);
    try {
      const handler = this.call; // not as a method
      result = handler(event.data, event);
    } catch (error) {
      return this.failed(event, call, error);
    }
    if (typeof result === 'object' && result !== null && typeof (result as PromiseLike<unknown>).then === 'function') {
      const { policies } = this.host;
      Promise.resolve(result).then(() => this.succeeded(call, policies), (error: unknown) => this.failed(event, call, error, policies));
    } else this.succeeded(call, this.host.policies);
  }

  private runTimed(event: BusEvent, call: number, timeout: number): void {
    const { policies } = this.host;
    const controller = new AbortController();
    let over = false;
    const end = (settle: () => void): void => {
      if (over) return;
      over = true;
      cancel();
      this.running.delete(abort);
      settle();
    };
    const failed = (error: unknown): void => end(() => this.failed(event, call, error, policies));
    const cancel = this.host.clock.after(timeout, () => {
      const error = new TimeoutError(`handler of ${JSON.stringify(this.options.name ?? this.subscription.pattern)}`, timeout);
      failed(error);
      controller.abort(error);
    });
    const abort = (): void => controller.abort(new DOMException('the subscription has ended', 'AbortError'));
    this.running.add(abort);
    try {
      const handler = this.call;
      const result = handler(event.data, attemptOf(event, controller.signal));
      Promise.resolve(result).then(() => end(() => this.succeeded(call, policies)), failed);
    } catch (error) {
      failed(error);
    }
  }

  private succeeded(call: number, policies: Policies | undefined): void {
    this.host.dispatcher.delivered++;
    if (call !== 0 && policies === this.host.policies) policies?.settle(this, call);
  }

  private failed(event: BusEvent, call: number, error: unknown, policies = this.host.policies): void {
    // What an instance decided on that is no more is not the next one's.
    const seenTo = policies !== undefined && policies === this.host.policies && policies.settle(this, call, event, error, this.isFinal(error));
    if (!seenTo) this.host.failures.report(error, this.subscription, event);
  }

  private isFinal(error: unknown): boolean {
    try {
      return this.options.retry?.retryable?.(error) === false;
    } catch {
      return true; // it did not say that another attempt is worth it
    }
  }

  /** The subscription has ended: handlers that are running are told. */
  end(): void {
    this.waiting = [];
    for (const abort of this.running) abort();
  }
}

const keyOf = (_data: unknown, event: BusEvent): string => event.key ?? '';
const sameKey = (): string => '*';

/** Go is up: what came meanwhile gets its turn, in order, and to one member of a queue group. */
export function resumeWaiting(subscriptions: readonly Subscription[], { dispatcher }: ManagedHost): void {
  const waiting = subscriptions.flatMap(({ managed }) => managed?.waiting.splice(0).map((event) => ({ managed, event })) ?? []);
  waiting.sort((a, b) => a.event.seq - b.event.seq);
  const grouped = new Set<string>();
  for (const { managed, event } of waiting) {
    const { queue } = managed.options;
    const of = `${event.seq} ${queue}`;
    if (queue !== undefined && grouped.has(of)) continue;
    grouped.add(of);
    dispatcher.inTurn(() => dispatcher.deliverTo(managed.subscription, event, managed.deliver));
  }
}

/** Go can't be had: what waits for it has failed. */
export function giveUp(subscriptions: readonly Subscription[], { failures, unavailable }: ManagedHost): void {
  for (const subscription of subscriptions) {
    for (const event of subscription.managed?.waiting.splice(0) ?? []) failures.report(unavailable, subscription, event);
  }
}
