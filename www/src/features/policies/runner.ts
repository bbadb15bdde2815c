import { BoundedQueue } from '../../core/bounded-queue.js';
import { DedupeStore } from './dedupe-store.js';
import { checkTogether } from './together.js';
import { UnavailableError, isA, type TrolleybusError } from '../../core/errors.js';
import { isCancellation } from '../../core/told.js';
import { TimeoutError } from '../../core/feature-errors.js';
import type { BusEvent } from '../../core/event.js';
import { attemptOf, detached } from '../../core/event-copies.js';
import type { Kernel } from '../../core/kernel.js';
import type { Ended } from '../../core/observers.js';
import { microtask } from '../../core/microtask.js';
import { keyText } from '../../core/options.js';
import { matches } from '../../core/grammar.js';
import type { Deliver, PolicyRunner, Subscription } from '../../core/subscription.js';
import type { SubscribeOptions } from '../../core/types.js';

/** Events that a subscription with policies keeps while Go is not up. */
const MAX_WAITING = 1024;
/** How often an event is offered to Go again, after an instance died of the offer. */
const MAX_DEATHS = 3;

/** What decides on each attempt: Go, while it is up. */
export interface Policies {
  flush(): void;
  /** Lets go of timers that Go has no use for any more. */
  rest(): void;
  /** Takes an event through the policies, and calls the handler if that is what they say. False: Go died before it said so. */
  offer(runner: Runner, event: BusEvent): boolean;
  /** Tells Go of what it did not see handled, for its dedupe window. */
  tell(runner: Runner): void;
  /** Tells Go that the handler gave up as its subscription ended. */
  cancel(runner: Runner, call: number, event: BusEvent): void;
  /** Tells Go how a call ended; true if its policies see to the failure. */
  settle(runner: Runner, call: number, event?: BusEvent, error?: unknown, final?: boolean): boolean;
}

/** What such subscriptions share. */
export interface RunnerHost {
  readonly kernel: Kernel;
  /** While Go is up. */
  policies: Policies | undefined;
  /** The number of the last runner. */
  last: number;
  /** Subscriptions that have ended by `once` and have their one event still to see to. */
  readonly lasting: Set<Runner>;
  /** Of how many instances of Go the offer of an event was the end. */
  readonly deaths: WeakMap<BusEvent, number>;
  /** The subscriptions of a queue group, in their order. */
  members(queue: string): Runner[];
}

/**
 * A subscription with policies. Go keeps its queue and decides on each attempt; this makes the calls and says how they
 * ended. Its number, which no other one ever has, is what Go knows it by; 0 where a time-out is all that there is.
 */
export class Runner implements PolicyRunner {
  subscription!: Subscription;
  /** Which events it wants; undefined: all. */
  wants: SubscribeOptions['filter'];
  /** Events that wait for Go, in the order of the bus. */
  readonly waiting: BoundedQueue<BusEvent> = new BoundedQueue(MAX_WAITING, 'drop-oldest', (_count, event) => {
    this.kernel.counts.dropped++;
    this.kernel.observers.dropped(event, this.subscription, 'pending');
  });
  /** The one event of `once` has come. */
  private spent = false;
  /** Events that Go holds for it, and those whose attempt is under way. */
  readonly held = new Set<BusEvent>();
  private readonly active = new Set<BusEvent>();
  /** Whether Go must be told the topic with each event. */
  byTopic = false;
  /** Event keys are asked for here, since only JavaScript can read the data. */
  readonly keys: readonly (((data: any, event: BusEvent) => unknown) | undefined)[] | undefined;
  /** Ends what is timed of a call, and tells its handler. */
  private readonly running = new Set<() => void>();
  /** Of `once`, whose one event is still being seen to: lets go of what the subscription holds outside. */
  private cleanup: (() => void) | undefined;
  private finished = false;
  readonly store: DedupeStore | undefined;
  /** Gets what Go has against it while the call that makes it has not returned. */
  refused: ((error: TrolleybusError) => void) | undefined;
  /** Events handled while there was no Go to be told so, or another instance than had them. */
  readonly handled: BusEvent[] = [];

  constructor(readonly number: number, readonly options: SubscribeOptions, private readonly call: (data: any, event: BusEvent) => unknown, private readonly host: RunnerHost, private readonly kernel = host.kernel) {
    const { dedupe, retry, coalesce } = options;
    const keys = [dedupe?.key, retry?.key === true ? keyOf : retry?.key || undefined, coalesce === true ? sameKey : coalesce || undefined];
    this.keys = keys.some((key) => key !== undefined) ? keys : undefined;
    if (dedupe?.store !== undefined) this.store = new DedupeStore(dedupe.store, options.name!, (error) => microtask(() => {
      const { subscription } = this;
      this.kernel.failures.report(error, subscription, this.kernel.blank(subscription.pattern));
    }));
  }

  /** Tells Go of it at once, where Go is up, and throws what Go has against it. */
  introduce(): void {
    let refusal: TrolleybusError | undefined;
    this.kernel.needGo();
    this.refused = (error) => { refusal = error; };
    this.host.policies?.flush();
    this.refused = undefined;
    if (refusal !== undefined) throw refusal;
  }

  get queue(): string | undefined { return this.options.queue; }

  /** Whether Go must ask for the keys of events, or whether they are wanted: routes call the group and not its members. */
  get asked(): boolean { return this.keys !== undefined || this.options.queue !== undefined && this.wants !== undefined; }

  keysOf(event: BusEvent): string[] {
    return this.keys?.map((key, i) => keyText(KEYS[i]!, key?.(event.data, event))) ?? [];
  }

  /** What routes call. */
  readonly deliver = (_data: unknown, event: BusEvent): void => {
    const { policies } = this.host, { unavailable, dispatcher } = this.kernel;
    dispatcher.delivered--; // it counts when it has been handled
    if (this.spent) return;
    if (this.number === 0) {
      this.spent = this.options.once ?? false;
      this.run(event, 0);
      if (this.spent) this.leave();
    } else if (policies !== undefined && this.waiting.length === 0) this.offer(event);
    else if (unavailable !== undefined) throw unavailable;
    else this.wait(event);
  };

  /** Takes the event through the policies, or keeps it for the next instance of Go. */
  offer(event: BusEvent): void {
    if (!this.host.policies?.offer(this, event)) this.again(event);
  }

  /** Keeps an event for Go, in its place. */
  wait(event: BusEvent): void {
    const { waiting } = this, own = detached(event), isLast = waiting.length === 0 || waiting.last!.seq < own.seq;
    const all = isLast ? [own] : [...new Set([...waiting.take(), own])].sort((a, b) => a.seq - b.seq);
    for (const each of all) waiting.push(each);
  }

  /** An instance of Go died before it said what becomes of the event. It must not be the end of each one that follows. */
  again(event: BusEvent): void {
    const { deaths } = this.host, { failures } = this.kernel, times = (deaths.get(event) ?? 0) + 1;
    deaths.set(event, times);
    if (times >= MAX_DEATHS) failures.report(new UnavailableError('start', `${times} instances of Go died when they were offered this event`), this.subscription, event);
    else if (this.subscription.active) this.wait(event);
    else this.passOn(event);
  }

  /** The subscription has ended: nobody waits for the event any more, unless another member of its queue group does. */
  passOn(event: BusEvent): void {
    const { queue } = this.options;
    if (queue === undefined) return;
    this.host.members(queue).find(({ subscription: { active, pattern } }) => active && matches(pattern, event.topic))?.wait(event);
  }

  /** Makes one attempt; `call` numbers it for Go, 0 where Go need not know of success; `attempt` counts from 1. */
  run(event: BusEvent, call: number, attempt = 1): void {
    const { timeout, once } = this.options;
    const { policies } = this.host; // Go may die during the call
    let result, later;
    if (once && this.subscription.active) { // chosen as the member of a group
      this.spent = true;
      this.leave();
    }
    const ended = this.kernel.observers.begins(event, this.subscription, attempt);
    if (timeout !== undefined) return this.runTimed(event, call, timeout, ended);
    try {
      const handler = this.call; // not as a method
      result = handler(event.data, event);
      later = typeof result === 'object' && result !== null && typeof (result as PromiseLike<unknown>).then === 'function';
    } catch (error) {
      return this.failed(event, call, error, policies, ended);
    }
    if (later) {
      this.active.add(event);
      Promise.resolve(result).then(() => this.succeeded(event, call, policies, ended), (error: unknown) => this.failed(event, call, error, policies, ended));
    } else this.succeeded(event, call, policies, ended);
  }

  private runTimed(event: BusEvent, call: number, timeout: number, ended: Ended): void {
    const { policies } = this.host;
    const controller = new AbortController();
    let over = false;
    const settle = (settled: () => void): void => {
      if (over) return;
      over = true;
      stop();
      this.running.delete(end);
      settled();
    };
    const failed = (error: unknown): void => settle(() => {
      const { aborted, reason } = controller.signal;
      if (aborted && isCancellation(error, reason)) this.canceled(event, call, policies, ended, error);
      else this.failed(event, call, error, policies, ended);
    });
    const stop = this.kernel.clock.after(timeout, () => {
      const error = new TimeoutError(`handler of ${JSON.stringify(this.options.name ?? this.subscription.pattern)}`, timeout);
      failed(error);
      controller.abort(error);
    });
    const end = (): void => {
      stop();
      controller.abort(new DOMException('the subscription has ended', 'AbortError'));
    };
    this.running.add(end);
    this.active.add(event);
    try {
      const handler = this.call;
      const result = handler(event.data, attemptOf(event, controller.signal));
      Promise.resolve(result).then(() => settle(() => this.succeeded(event, call, policies, ended)), failed);
    } catch (error) {
      failed(error);
    }
  }

  /** An attempt is over. Go may have died during it: what it held of the event is held no more. */
  private over(event: BusEvent): void {
    if (this.active.size > 0) this.active.delete(event);
    if (this.waiting.length > 0) for (const each of this.waiting.take()) if (each !== event) this.waiting.push(each);
  }

  private succeeded(event: BusEvent, call: number, policies: Policies | undefined, ended: Ended): void {
    this.over(event);
    ended('ok');
    if (this.held.size > 0) this.held.delete(event);
    this.kernel.dispatcher.delivered++;
    if (call !== 0 && policies === this.host.policies) policies?.settle(this, call);
    if (this.store !== undefined && (policies === undefined || policies !== this.host.policies)) {
      this.handled.push(event);
      this.host.policies?.tell(this);
    }
    this.settled(policies);
  }

  /** The subscription has ended, and the handler gave up: that is no failure, but the event has not been handled. */
  private canceled(event: BusEvent, call: number, policies: Policies | undefined, ended: Ended, reason: unknown): void {
    this.over(event);
    ended('cancelled', reason);
    if (this.number > 0 && policies !== undefined) {
      if (policies === this.host.policies) policies.cancel(this, call, event);
      else this.passOn(event);
    }
    this.settled(policies);
  }

  /** Where Go does not say when all is over, it is when a call is. */
  private settled(policies: Policies | undefined): void {
    if (this.spent && (this.number === 0 || policies === undefined || policies !== this.host.policies)) this.finish();
  }

  failed(event: BusEvent, call: number, error: unknown, policies = this.host.policies, ended?: Ended): void {
    this.over(event);
    ended?.(isA(error, TimeoutError) ? 'timeout' : 'failed', error);
    if (this.number > 0 && policies !== undefined) {
      if (policies === this.host.policies && policies.settle(this, call, event, error, this.isFinal(error))) return;
      this.over(event);
      // An instance that is no more cannot decide; the next one does, on an event that is new to it.
      if (policies !== this.host.policies && this.options.retry !== undefined && this.subscription.active) {
        this.wait(event);
        this.kernel.handOver();
        return;
      }
    }
    this.kernel.failures.report(error, this.subscription, event);
    this.settled(policies);
  }

  /** Go has died, and with it what it held: the next instance has it, unless the subscription has ended (`once`). */
  recover(error: UnavailableError): void {
    const held = [...this.held].filter((event) => !this.active.has(event));
    this.held.clear();
    this.store?.read(); // another member of its group may have written
    for (const event of held) {
      if (this.subscription.active) this.wait(event);
      else this.kernel.failures.report(error, this.subscription, event);
    }
    if (this.active.size === 0) this.finish();
  }

  private isFinal(error: unknown): boolean {
    try {
      return this.options.retry?.retryable?.(error) === false;
    } catch {
      return true; // it did not say that another attempt is worth it
    }
  }

  /** It gets no more events: `cleanup` lets go of what it holds outside. The one event of `once` goes on, until that is over. */
  left(cleanup: () => void): void {
    if (this.spent && !this.finished) {
      this.cleanup = cleanup;
      this.host.lasting.add(this);
      this.host.policies?.flush();
      return;
    }
    this.cancel();
    cleanup();
  }

  /** Its user ends it, or the bus does: the one event of `once` as well. */
  stop(): void {
    if (this.cleanup === undefined) return;
    this.finish();
    this.cancel();
  }

  /** The one event of `once` has been seen to. */
  finish(): void {
    this.finished = true;
    if (this.cleanup === undefined) return;
    const { cleanup } = this;
    this.cleanup = undefined;
    this.host.lasting.delete(this);
    cleanup();
  }

  /** Nothing of it is timed from here on: handlers that are running are told, and what waits is let go. */
  private cancel(): void {
    for (const end of [...this.running]) end();
    for (const event of this.waiting.take()) this.passOn(event);
    // In Go it may have ended by its one event, which is still being seen to there.
    if (this.options.once && this.number > 0) {
      this.subscription.known = true;
      this.kernel.registry.watcher?.changed(this.subscription);
    }
    this.host.policies?.flush();
    this.host.policies?.rest();
  }

  private leave(): void { this.kernel.registry.remove(this.subscription); }
}

/** Whose the functions in `keys` are. */
const KEYS = ['dedupe.key', 'retry.key', 'coalesce'];

const keyOf = (_data: unknown, event: BusEvent): string => event.key ?? '';
const sameKey = (): string => '*';

/** What sees to the events of a subscription with such options; undefined: they name no policy. */
export function runnerFor(options: SubscribeOptions, call: Deliver, host: RunnerHost): Runner | undefined {
  const inGo = POLICIES.some((policy) => options[policy] !== undefined && options[policy] !== false && (policy !== 'overflow' || options.replay === undefined));
  if (!inGo && options.timeout === undefined) return undefined;
  checkTogether(options);
  const { unavailable } = host.kernel;
  if (inGo && unavailable !== undefined) throw unavailable;
  return new Runner(inGo ? ++host.last : 0, options, call, host);
}

/** What Go decides on. */
const POLICIES = ['retry', 'dedupe', 'queue', 'concurrency', 'debounce', 'throttle', 'frame', 'coalesce', 'overflow'] as const;
