import type { Dispatcher } from './dispatcher.js';
import { checkPattern } from './grammar.js';
import { Subscription } from './subscription.js';

const MAX_CHANGES = 1024;

/**
 * The functions behind the ids in Go's table, and the changes that Go has still to be told. It is not a table of its
 * own: who gets what is Go's answer; these records are what a new instance of Go is given when one has died.
 */
export class Registry {
  /** Order of the last subscriber, Go's included. */
  order = 0;
  private readonly records = new Map<number, Subscription>();
  private lastId = 0;
  private changes: Subscription[] = [];
  /** Set while Go is up, which gets the changes at the next look-up, or when there are many of them. */
  flush: (() => void) | undefined;

  constructor(private readonly dispatcher: Dispatcher) {}

  get size(): number { return this.records.size; }
  all(): IterableIterator<Subscription> { return this.records.values(); }
  get(id: number): Subscription | undefined { return this.records.get(id); }

  /** The caller sets `deliver`, which often needs the subscription itself. */
  add(pattern: string, name: string | undefined): Subscription {
    const wild = checkPattern(pattern);
    const subscription = new Subscription(++this.lastId, ++this.order, pattern, wild, name);
    this.records.set(subscription.id, subscription);
    this.changed(subscription);
    this.dispatcher.added(subscription);
    return subscription;
  }

  remove(subscription: Subscription): void {
    if (!subscription.active) return;
    subscription.active = false;
    this.records.delete(subscription.id);
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
    this.changes = [...this.records.values()];
    for (const s of this.changes) s.known = false;
  }

  clear(): void {
    for (const s of [...this.records.values()]) this.remove(s);
    this.changes = [];
  }

  private changed(subscription: Subscription): void {
    if (this.flush === undefined) return;
    this.changes.push(subscription);
    if (this.changes.length >= MAX_CHANGES) this.flush();
  }
}
