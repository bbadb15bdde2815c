import type { Dispatcher } from './dispatcher.js';
import { MANAGED } from './go/exports.js';
import { checkPattern } from './grammar.js';
import type { Managed } from './managed.js';
import { Subscription } from './subscription.js';

const MAX_CHANGES = 1024;

/**
 * The functions behind the ids in Go's table, and the changes that Go has still to be told. It is not a table of its
 * own: who gets what is Go's answer; these records are what a new instance of Go is given when one has died.
 */
export class Registry {
  /** Order of the last subscriber, Go's included. */
  order = 0;
  /** Subscriptions with policies, by their numbers, which are ids of their own. */
  private readonly managed = new Map<number, Subscription>();
  private lastManaged = MANAGED;
  /** By id; the ids of ended ones are used again, because a Map with ever new keys costs twice a whole subscription. */
  private readonly records: (Subscription | undefined)[] = [];
  private readonly free: number[] = [];
  private changes: Subscription[] = [];
  /** Set while Go is up, which gets the changes at the next look-up, or when there are many of them. */
  flush: (() => void) | undefined;

  constructor(private readonly dispatcher: Dispatcher) {}

  all(): Subscription[] { return this.inOrder(() => true); }
  inOrder(which: (subscription: Subscription) => boolean): Subscription[] {
    return [...this.records, ...this.managed.values()].filter((s) => s !== undefined && which(s)).sort((a, b) => a!.order - b!.order) as Subscription[];
  }
  get(id: number): Subscription | undefined { return id >= MANAGED ? this.managed.get(id) : this.records[id]; }

  nextManaged(): number { return ++this.lastManaged; }

  /** The caller sets `deliver`, which often needs the subscription itself. */
  add(pattern: string, name: string | undefined, managed?: Managed, responder = false): Subscription {
    const wild = checkPattern(pattern);
    const id = managed?.number ?? this.free.pop() ?? this.records.length;
    const subscription = new Subscription(id, ++this.order, pattern, wild, name);
    subscription.responder = responder;
    if (managed === undefined) this.records[id] = subscription;
    else {
      this.managed.set(id, subscription);
      subscription.managed = managed;
    }
    this.changed(subscription);
    // A member of a queue group has no place of its own in a route.
    if (managed?.options.queue !== undefined) this.dispatcher.invalidate(pattern, wild);
    else this.dispatcher.added(subscription);
    return subscription;
  }

  remove(subscription: Subscription): void {
    if (!subscription.active) return;
    subscription.active = false;
    if (subscription.managed !== undefined) this.managed.delete(subscription.id);
    else {
      this.records[subscription.id] = undefined;
      this.free.push(subscription.id);
    }
    if (subscription.known) this.changed(subscription);
    this.dispatcher.removed(subscription);
    subscription.cleanup?.();
    subscription.cleanup = undefined;
  }

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
    this.changes.push(subscription);
    if (this.changes.length >= MAX_CHANGES) this.flush();
  }
}
