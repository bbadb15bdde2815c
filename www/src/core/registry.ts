import type { Dispatcher } from './dispatcher.js';
import { toPage } from './report.js';
import { checkPattern } from './grammar.js';
import { microtask } from './microtask.js';
import type { Observers } from './observers.js';
import { Subscription, type PolicyRunner } from './subscription.js';

const MAX_CHANGES = 1024;
/** Ids of subscribers with policies begin here. */
const FIRST_RUNNER = 0x2000_0000;

/**
 * The functions behind the ids in Go's table, and the changes that Go has still to be told. It is not a table of its
 * own: who gets what is Go's answer; these records are what a new instance of Go is given when one has died.
 */
export class Registry {
  /** Order of the last subscriber, Go's included. */
  order = 0;
  /** Subscriptions with policies, by their numbers, which are ids of their own. */
  private readonly withPolicies = new Map<number, Subscription>();
  private lastRunner = FIRST_RUNNER;
  /** By id; the ids of ended ones are used again, because a Map with ever new keys costs twice a whole subscription. */
  private readonly records: (Subscription | undefined)[] = [];
  private readonly free: number[] = [];
  private changes: Subscription[] = [];
  /** Set while Go is up, which gets the changes at the next look-up, when there are many of them, or in a microtask. */
  flush: (() => void) | undefined;
  /** Set while somebody observes. */
  observers: Observers | undefined;
  private scheduled = false;

  constructor(readonly dispatcher: Dispatcher) {
    dispatcher.onMend = () => this.mend();
  }

  all(): Subscription[] { return this.inOrder(() => true); }
  inOrder(which: (subscription: Subscription) => boolean): Subscription[] {
    return [...this.records, ...this.withPolicies.values()].filter((s) => s !== undefined && s.active && which(s)).sort((a, b) => a!.order - b!.order) as Subscription[];
  }
  get(id: number): Subscription | undefined {
    const subscription = id >= FIRST_RUNNER ? this.withPolicies.get(id) : this.records[id];
    return subscription?.active ? subscription : undefined;
  }

  nextRunner(): number { return ++this.lastRunner; }

  /** The caller sets `deliver`, which often needs the subscription itself. */
  add(pattern: string, name: string | undefined, runner?: PolicyRunner, responder = false, quiet = false): Subscription {
    const wild = checkPattern(pattern);
    const { dispatcher } = this, torn = dispatcher.tear();
    const id = runner?.number ?? this.free.pop() ?? this.records.length;
    const subscription = new Subscription(id, ++this.order, pattern, wild, name);
    subscription.responder = responder;
    subscription.quiet = quiet;
    if (runner === undefined) this.records[id] = subscription;
    else {
      this.withPolicies.set(id, subscription);
      subscription.runner = runner;
    }
    this.changed(subscription);
    if (subscription.grouped) dispatcher.invalidate(pattern, wild);
    else dispatcher.added(subscription);
    this.observers?.interested(subscription);
    dispatcher.torn = torn;
    return subscription;
  }

  remove(subscription: Subscription): void {
    if (!subscription.active) return;
    const { dispatcher } = this, torn = dispatcher.tear();
    subscription.active = false;
    this.finish(subscription);
    dispatcher.torn = torn;
  }

  /** Go is told once more that a subscription has ended: of one that ended by itself, as `once` does, it still sees to its one event. */
  again(subscription: Subscription): void {
    subscription.known = true;
    this.changed(subscription);
  }

  private finish(subscription: Subscription): void {
    const { id, pattern, wild, runner, cleanup } = subscription;
    if (subscription.known) this.changed(subscription);
    if (subscription.grouped) this.dispatcher.invalidate(pattern, wild);
    this.dispatcher.removed(subscription);
    subscription.cleanup = undefined;
    this.observers?.interested(subscription);
    if (runner !== undefined) this.withPolicies.delete(id);
    else {
      this.records[id] = undefined;
      this.free.push(id);
    }
    this.settleSoon();
    cleanup?.();
  }

  /** A full stack cut the end of a subscription short, or the call that was to make it. */
  private mend(): void {
    for (const s of [...this.records, ...this.withPolicies.values()]) {
      if (s === undefined || s.active && s.deliver !== undefined) continue;
      s.active = false;
      this.finish(s);
    }
  }

  // In a microtask the stack is empty, and a page that mounts and unmounts components keeps none of them.
  private settleSoon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    microtask(this.settle);
  }

  private readonly settle = (): void => {
    this.scheduled = false;
    try {
      this.dispatcher.letGo();
      this.flush?.();
    } catch (error) {
      toPage(error);
    }
  };

  /** What Go does not know yet: subscriptions to add (active) and to remove. */
  takeChanges(): Subscription[] {
    const changes = this.changes;
    this.changes = [];
    return changes.filter((s) => s.active !== s.known);
  }

  get hasChanges(): boolean { return this.changes.length > 0; }

  /** A new instance of Go knows nothing. */
  forgetKnown(): void {
    this.changes = this.all();
    for (const s of this.changes) s.known = false;
  }

  clear(): void {
    for (const s of this.all()) this.remove(s);
    this.changes = [];
  }

  private changed(subscription: Subscription): void {
    if (this.flush === undefined) return;
    if (!subscription.active && !subscription.known) return;
    this.changes.push(subscription);
    if (this.changes.length >= MAX_CHANGES) this.flush();
    else this.settleSoon();
  }
}
