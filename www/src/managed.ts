import type { Clock } from './clock.js';
import { DedupeStore } from './dedupe-store.js';
import { TimeoutError, UnavailableError, type TrolleybusError } from './errors.js';
import { attemptOf, BusEvent } from './event.js';
import { keyText } from './options.js';
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
  /** Throws if the bus has been closed. */
  open(): void;
  /** There is one more: Go is needed. */
  begun(): void;
}

/**
 * A subscription with policies. Go keeps its queue and decides on each attempt; this makes the calls and says how they
 * ended. Its number, which no other one ever has, is what Go knows it by; 0 where a time-out is all that there is.
 */
export class Managed {
  subscription!: Subscription;
  /** Which events it wants; undefined: all. */
  wants: SubscribeOptions['filter'];
  /** Events that came while Go was not up. */
  waiting: BusEvent[] = [];
  /** The one event of `once` has come. */
  private spent = false;
  /** Events that Go holds for it, and those whose attempt is under way. */
  readonly held = new Set<BusEvent>();
  private readonly active = new Set<BusEvent>();
  /** Whether Go must be told the topic with each event. */
  byTopic = false;
  /** Event keys are asked for here, since only JavaScript can read the data. */
  readonly keys: readonly (((data: any, event: BusEvent) => unknown) | undefined)[] | undefined;
  private readonly running = new Set<() => void>();
  readonly store: DedupeStore | undefined;
  /** Gets what Go has against it while the call that makes it has not returned. */
  refused: ((error: TrolleybusError) => void) | undefined;
  /** Events handled while there was no Go to be told so, or another instance than had them. */
  readonly handled: BusEvent[] = [];

  constructor(readonly number: number, readonly options: SubscribeOptions, private readonly call: (data: any, event: BusEvent) => unknown, private readonly host: ManagedHost, private readonly leave: () => void) {
    const { dedupe, retry, coalesce } = options;
    const keys = [dedupe?.key, retry?.key === true ? keyOf : retry?.key || undefined, coalesce === true ? sameKey : coalesce || undefined];
    this.keys = keys.some((key) => key !== undefined) ? keys : undefined;
    if (dedupe?.store !== undefined) this.store = new DedupeStore(dedupe.store, options.name!, (error) => queueMicrotask(() => {
      const { subscription } = this;
      host.failures.report(error, subscription, new BusEvent(subscription.pattern, undefined, 0, host.dispatcher.origin));
    }));
  }

  /** Tells Go of it at once, where Go is up, and throws what Go has against it. */
  introduce(): void {
    let refusal: TrolleybusError | undefined;
    this.host.begun();
    this.refused = (error) => { refusal = error; };
    this.host.policies?.flush();
    this.refused = undefined;
    if (refusal !== undefined) throw refusal;
  }

  /** Whether Go must ask for the keys of events, or whether they are wanted: routes call the group and not its members. */
  get asked(): boolean { return this.keys !== undefined || this.options.queue !== undefined && this.wants !== undefined; }

  keysOf(event: BusEvent): string[] {
    return this.keys?.map((key, i) => keyText(KEYS[i]!, key?.(event.data, event))) ?? [];
  }

  /** What routes call. */
  readonly deliver = (_data: unknown, event: BusEvent): void => {
    const { policies, unavailable, dispatcher } = this.host;
    dispatcher.delivered--; // it counts when it has been handled
    if (this.spent) return;
    if (this.number === 0 || policies !== undefined) return this.offer(event);
    if (unavailable !== undefined) throw unavailable;
    this.spent = this.options.once ?? false;
    if (this.waiting.push(event) > MAX_WAITING) {
      this.waiting.shift();
      this.host.dropped();
    }
  };

  /** Takes the event through the policies; there are none where a time-out is all. */
  offer(event: BusEvent): void {
    this.spent = false; // an event whose keys cannot be had is not the one of `once`
    const keys = this.keys && this.keysOf(event);
    this.spent = this.options.once ?? false;
    if (this.number === 0) this.run(event, 0);
    else this.host.policies?.offer(this, event, keys);
    if (this.spent) this.leave();
  }

  /** Makes one attempt; `call` numbers it for Go, 0 where Go need not know of success. */
  run(event: BusEvent, call: number): void {
    const { timeout, once } = this.options;
    let result, later;
    if (once && this.subscription.active) { // chosen as the member of a group
      this.spent = true;
      this.leave();
    }
    if (timeout !== undefined) return this.runTimed(event, call, timeout);
    try {
      const handler = this.call; // not as a method
      result = handler(event.data, event);
      later = typeof result === 'object' && result !== null && typeof (result as PromiseLike<unknown>).then === 'function';
    } catch (error) {
      return this.failed(event, call, error);
    }
    if (later) {
      const { policies } = this.host;
      this.active.add(event);
      Promise.resolve(result).then(() => this.succeeded(event, call, policies), (error: unknown) => this.failed(event, call, error, policies));
    } else this.succeeded(event, call, this.host.policies);
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
    this.active.add(event);
    try {
      const handler = this.call;
      const result = handler(event.data, attemptOf(event, controller.signal));
      Promise.resolve(result).then(() => end(() => this.succeeded(event, call, policies)), failed);
    } catch (error) {
      failed(error);
    }
  }

  private succeeded(event: BusEvent, call: number, policies: Policies | undefined): void {
    if (this.active.size > 0) this.active.delete(event);
    this.host.dispatcher.delivered++;
    if (call !== 0 && policies === this.host.policies) policies?.settle(this, call);
    if (this.store !== undefined && (policies === undefined || policies !== this.host.policies)) {
      this.handled.push(event);
      this.host.policies?.tell(this);
    }
  }

  failed(event: BusEvent, call: number, error: unknown, policies = this.host.policies): void {
    this.active.delete(event);
    const inGo = this.number > 0 && policies !== undefined;
    // An instance that is no more cannot decide; the next one does, on an event that is new to it.
    if (inGo && policies !== this.host.policies && this.options.retry !== undefined && this.subscription.active) {
      this.waiting.push(event);
      if (this.host.policies !== undefined) resumeWaiting([this.subscription], this.host);
      return;
    }
    if (!inGo || policies !== this.host.policies || !policies.settle(this, call, event, error, this.isFinal(error))) this.host.failures.report(error, this.subscription, event);
  }

  /** Go has died, and with it what it held: the next instance has it, unless the subscription has ended (`once`). */
  recover(error: UnavailableError): void {
    const held = [...this.held].filter((event) => !this.active.has(event));
    this.held.clear();
    this.store?.read(); // another member of its group may have written
    if (this.subscription.active) this.waiting = held.sort((a, b) => a.seq - b.seq);
    else for (const event of held) this.host.failures.report(error, this.subscription, event);
  }

  private isFinal(error: unknown): boolean {
    try {
      return this.options.retry?.retryable?.(error) === false;
    } catch {
      return true; // it did not say that another attempt is worth it
    }
  }

  /** The subscription has ended: handlers that are running are told, but for that of the one event of `once`. */
  end(): void {
    if (!this.spent) for (const abort of this.running) abort();
    this.waiting = [];
    this.host.policies?.flush();
  }
}

/** Whose the functions in `keys` are. */
const KEYS = ['dedupe.key', 'retry.key', 'coalesce'];

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
    dispatcher.inTurn(() => {
      dispatcher.delivered--;
      dispatcher.deliverTo(managed.subscription, event, () => managed.offer(event));
    });
  }
}

/** Go can't be had: what waits for it has failed. */
export function giveUp(subscriptions: readonly Subscription[], { failures, unavailable }: ManagedHost): void {
  for (const subscription of subscriptions) {
    for (const event of subscription.managed?.waiting.splice(0) ?? []) failures.report(unavailable, subscription, event);
  }
}
