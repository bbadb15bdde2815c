import type { BusEvent } from './event.js';
import { isReserved } from './grammar.js';
import { microtask } from './microtask.js';
import type { ObservedSubscription, Observer, Outcome } from './observer-types.js';
import { disposable } from './disposable.js';
import type { Subscriber } from './subscriber.js';
import type { Deliver, Subscription } from './subscription.js';
import type { Unsubscribe } from './types.js';

type Told = { [M in keyof Observer]-?: Parameters<NonNullable<Observer[M]>> };
export type Interest = Told['interest'];

/** What observers need of their bus. */
export interface ObserversHost {
  readonly dispatcher: { observers: Observers | undefined };
  readonly registry: { observers: Observers | undefined; all(): Subscription[] };
  readonly admission: { changed(): void };
  readonly failures: { report(error: unknown, at: { readonly pattern: string; readonly name: string | undefined }, event: BusEvent): void };
  readonly clock: { now(): number };
  readonly closed: boolean;
  /** Calls `work` at once, as if within the delivery of `event`. */
  within(event: BusEvent | undefined, work: () => void): void;
  /** An event in the place of one that there is not. */
  blank(topic: string): BusEvent;
}

/** Says what came of a call. */
export type Ended = (outcome: Outcome, error?: unknown) => void;

interface Entry { readonly observer: Observer; ended: boolean; failed: boolean }

/** How much observers see: nothing, interest alone, all that happens. */
export type Seen = 0 | 1 | 2;

const none: Ended = () => {};

/** Those who see what happens on a bus. Without one, nobody asks here more than whether there is one. */
export class Observers {
  private entries: readonly Entry[] = [];
  private begun = false;
  /** Who is subscribed, by kind and pattern, while somebody observes. */
  private readonly subscriptions = new Map<string, Set<Subscription>>();
  /** What Go's subscribers want, by the same. */
  readonly ofGo = new Map<string, Interest>();
  private changes: [interest: Interest, to: readonly Entry[]][] = [];
  private readonly described = new WeakMap<object, ObservedSubscription>();
  /** What they all see. */
  seen: Seen = 0;
  /** Whether events have to be told. A bus of which only the interest is seen, as by links, delivers as one that nobody observes. */
  any = false;
  /** Has Go tell as much. */
  onSeen: (seen: Seen) => void = () => {};

  constructor(private readonly host: ObserversHost) {}

  /** What a full stack cuts short has added nobody, and is done anew by the next call. */
  add(observer: Observer): Unsubscribe {
    const entry: Entry = { observer, ended: false, failed: false };
    const off = disposable(() => {
      entry.ended = true;
      this.sweep();
      if (this.entries.length === 0 && this.begun) this.end();
      this.changed();
    });
    try {
      this.sweep();
      this.entries = [...this.entries, entry];
      if (!this.begun) this.begin();
      else for (const interest of [...Array.from(this.subscriptions.keys(), (key) => interestOf(key, true)), ...this.ofGo.values()]) this.changes.push([interest, [entry]]);
      this.changed();
      this.flush();
    } catch (error) {
      entry.ended = true;
      throw error;
    }
    return off;
  }

  private sweep(): void { this.entries = this.entries.filter(({ ended }) => !ended); }

  private begin(): void {
    const { registry } = this.host;
    registry.observers = this;
    this.subscriptions.clear();
    for (const subscription of registry.all()) this.interested(subscription);
    this.begun = true;
  }

  private end(): void {
    this.begun = false;
    this.host.registry.observers = undefined;
    this.subscriptions.clear();
    this.ofGo.clear();
    this.changes = [];
  }

  private changed(): void {
    const { dispatcher, admission } = this.host, { entries } = this;
    const seen = entries.length === 0 ? 0 : entries.every(({ observer }) => Object.keys(observer).every((member) => member === 'interest')) ? 1 : 2;
    if (seen === this.seen) return;
    this.any = seen === 2;
    dispatcher.observers = this.any ? this : undefined;
    admission.changed();
    this.onSeen(seen);
    this.seen = seen;
  }

  /** A subscription of JavaScript's came, or has ended. */
  interested(subscription: Subscription): void {
    const { pattern, responder, active, quiet } = subscription;
    if (quiet || isReserved(pattern)) return;
    const key = (responder ? 'r' : 's') + pattern, all = this.subscriptions.get(key) ?? new Set();
    const before = all.size;
    if (active) this.subscriptions.set(key, all.add(subscription));
    else if (all.delete(subscription) && all.size === 0) this.subscriptions.delete(key);
    if (before === 0 || all.size === 0) if (before !== all.size) this.change(interestOf(key, active));
  }

  // Not at once: what is subscribed to may be half done.
  change(interest: Interest): void {
    if (this.changes.push([interest, this.entries]) === 1) microtask(this.flush);
  }

  private readonly flush = (): void => {
    for (let next = this.changes.shift(); next !== undefined; next = this.changes.shift()) this.see(undefined, next[1], 'interest', next[0]);
  };

  /** Tells all of something, as if within the delivery of `at`. */
  tell<M extends keyof Told>(member: M, at: BusEvent | undefined, ...args: Told[M]): void {
    if (!this.any || this.host.closed) return;
    this.flush();
    this.see(at, this.entries, member, args);
  }

  private see<M extends keyof Told>(at: BusEvent | undefined, entries: readonly Entry[], member: M, args: Told[M]): void {
    this.host.within(at, () => {
      for (const entry of entries) {
        if (entry.ended) continue;
        const failed = (error: unknown): void => {
          if (entry.failed) return; // its report is an event, which it sees as well
          entry.failed = true;
          this.host.failures.report(error, { pattern: 'observe', name: member }, at ?? this.host.blank(''));
        };
        try {
          const result = (entry.observer[member] as ((...args: Told[M]) => unknown) | undefined)?.(...args) as PromiseLike<unknown> | undefined;
          if (typeof result?.then === 'function') Promise.resolve(result).catch(failed);
        } catch (error) {
          failed(error);
        }
      }
    });
  }

  describe(at: Subscription): ObservedSubscription {
    let seen = this.described.get(at);
    if (seen === undefined) this.described.set(at, seen = Object.freeze({ id: at.order, pattern: at.pattern, name: at.name, side: 'js' }));
    return seen;
  }

  /** A handler is about to be called; the result is to be told what came of it. */
  begins(event: BusEvent, at: Subscription, attempt = 1): Ended {
    if (!this.any) return none;
    const subscription = this.describe(at), { clock } = this.host;
    this.tell('delivering', event, event, subscription, Object.freeze({ attempt }));
    const since = clock.now();
    return (outcome, error) => this.tell('delivered', event, event, subscription, Object.freeze({ attempt, duration: clock.now() - since, outcome, ...outcome === 'ok' ? {} : { error } }));
  }

  /** Calls what a route calls, and tells of it where that is the handler itself. */
  call(deliver: Deliver, at: Subscriber, data: unknown, event: BusEvent): unknown {
    return 'bare' in at && at.bare === deliver ? this.watch(deliver, at, data, event) : deliver(data, event);
  }

  /** Calls a handler and tells of it. */
  watch(handler: Deliver, at: Subscription, data: unknown, event: BusEvent): unknown {
    const ended = this.begins(event, at);
    let result;
    try {
      result = handler(data, event) as PromiseLike<unknown> | undefined;
      if (typeof result === 'object' && typeof result?.then === 'function') {
        const promise = Promise.resolve(result); // some begin anew with each `then`
        promise.then(() => ended('ok'), (error: unknown) => ended('failed', error));
        return promise;
      }
    } catch (error) {
      ended('failed', error);
      throw error;
    }
    ended('ok');
    return result;
  }

  dropped(event: BusEvent, at: Subscription | undefined, reason: Told['dropped'][2]['reason']): void {
    this.tell('dropped', event, event, at && this.describe(at), Object.freeze({ reason }));
  }
}

function interestOf(key: string, on: boolean): Interest {
  return [key.slice(1), Object.freeze({ on, kind: key[0] === 'r' ? 'responder' : 'subscriber', side: 'js' })];
}
