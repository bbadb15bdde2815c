import type { Dispatcher } from './dispatcher.js';
import { toPage } from './report.js';
import { checkPattern } from './grammar.js';
import { microtask } from './microtask.js';
import type { Observers } from './observers.js';
import { Subscription, type PolicyRunner } from './subscription.js';

/** Who is told, while Go is up, of subscriptions that came and went. */
export interface RegistryWatcher {
  changed(subscription: Subscription): void;
  /** What changed is told to Go now. */
  flush(): void;
}

/**
 * The functions behind the ids in Go's table. It is not a table of its own: who gets what is Go's answer; these records
 * are what a new instance of Go is given when one has died.
 */
export class Registry {
  /** Order of the last subscriber, Go's included. */
  order = 0;
  /** By slot; those of ended ones are used again, because a Map with ever new keys costs twice a whole subscription. */
  readonly records: (Subscription | undefined)[] = [];
  /** While Go is up. */
  watcher: RegistryWatcher | undefined;
  /** Set while somebody observes. */
  observers: Observers | undefined;
  private readonly free: number[] = [];
  private scheduled = false;

  constructor(readonly dispatcher: Dispatcher) {
    // A full stack cut the end of a subscription short, or the call that was to make it.
    dispatcher.onMend = () => {
      for (const s of [...this.records]) if (s !== undefined && !(s.active && s.deliver)) this.finish(s);
    };
  }

  /** Those that are active, in their order. */
  all(which: (subscription: Subscription) => unknown = () => true): Subscription[] {
    return (this.records.filter((s) => s?.active && which(s)) as Subscription[]).sort((a, b) => a.order - b.order);
  }

  /** The caller sets `deliver`, which often needs the subscription itself. */
  add(pattern: string, name: string | undefined, runner?: PolicyRunner, responder = false, quiet = false): Subscription {
    const wild = checkPattern(pattern);
    const { dispatcher, records } = this, torn = dispatcher.tear();
    const slot = this.free.pop() ?? records.length;
    const subscription = records[slot] = new Subscription(slot, runner?.number ?? slot, ++this.order, pattern, wild, name);
    subscription.responder = responder;
    subscription.runner = runner;
    subscription.quiet = quiet;
    this.watcher?.changed(subscription);
    if (subscription.grouped) dispatcher.invalidate(pattern, wild);
    else dispatcher.added(subscription);
    this.observers?.interested(subscription);
    dispatcher.torn = torn;
    return subscription;
  }

  remove(subscription: Subscription): void {
    if (!subscription.active) return;
    const { dispatcher } = this, torn = dispatcher.tear();
    this.finish(subscription);
    dispatcher.torn = torn;
  }

  private finish(subscription: Subscription): void {
    const { slot, pattern, wild, cleanup } = subscription;
    subscription.active = false;
    this.watcher?.changed(subscription);
    if (subscription.grouped) this.dispatcher.invalidate(pattern, wild);
    this.dispatcher.removed(subscription);
    subscription.cleanup = undefined;
    this.observers?.interested(subscription);
    this.records[slot] = undefined;
    this.free.push(slot);
    this.settleSoon();
    cleanup?.();
  }

  // In a microtask the stack is empty, and a page that mounts and unmounts components keeps none of them.
  settleSoon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    microtask(this.settle);
  }

  private readonly settle = (): void => {
    this.scheduled = false;
    try {
      this.dispatcher.letGo();
      this.watcher?.flush();
    } catch (error) {
      toPage(error);
    }
  };
}
