import type { BusEvent } from './event.js';

/** The events that subscribers in Go have still to get: a bounded queue, in use while Go is not up. */
export class Pending {
  private events: BusEvent[] = [];
  /** Events that were dropped because the queue was full, in all. */
  dropped = 0;

  constructor(readonly limit: number) {}

  push(event: BusEvent): void {
    if (this.limit === 0) return;
    if (this.events.length >= this.limit) {
      this.events.shift();
      this.dropped++;
    }
    this.events.push(event);
  }

  take(): BusEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
