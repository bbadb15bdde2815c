import type { Registry, RegistryWatcher } from '../core/registry.js';
import type { Subscription } from '../core/subscription.js';

const MAX_CHANGES = 1024;

/** The subscriptions that came and went, of which Go has still to be told: at the next look-up, when there are many, or in a microtask. */
export class Changes implements RegistryWatcher {
  private list: Subscription[];

  /** `flush` tells Go. A new instance of Go knows nothing. */
  constructor(private readonly registry: Registry, readonly flush: () => void) {
    this.list = registry.all();
    for (const s of this.list) s.known = false;
  }

  changed(subscription: Subscription): void {
    if (!subscription.active && !subscription.known) return;
    this.list.push(subscription);
    if (this.list.length >= MAX_CHANGES) this.flush();
    else this.registry.settleSoon();
  }

  get any(): boolean { return this.list.length > 0; }

  /** What Go does not know yet: subscriptions to add (active) and to remove. */
  take(): Subscription[] { return this.list.splice(0).filter((s) => s.active !== s.known); }
}
