import { BoundedQueue } from './bounded-queue.js';
import { detached, type BusEvent } from './event.js';
import type { GoSubscriber } from './subscriber.js';

/** The events that subscribers in Go have still to get: a bounded queue, filled while Go is not up. */
export class Pending {
  /** Stands first in provisional routes, so that an event waits from the moment at which its delivery begins. */
  readonly subscriber: GoSubscriber;
  /** Events that were dropped because the queue was full, or because Go died with what only it had. */
  dropped = 0;
  private readonly events: BoundedQueue<BusEvent>;

  constructor(readonly limit: number, dispatcher: { delivered: number }) {
    this.events = new BoundedQueue(limit, 'drop-oldest', () => this.dropped++);
    this.subscriber = {
      handle: 0, order: 0, pattern: '>', name: undefined, wild: true, responder: false, used: true,
      deliver: (_data, event) => {
        dispatcher.delivered--; // nobody's handler
        this.push(event);
      },
    };
  }

  private push(event: BusEvent): void {
    if (event.ref !== 0 && event.data === undefined) this.dropped++;
    else this.events.push(detached(event));
  }

  take(): BusEvent[] { return this.events.take(); }

  /** Takes back the oldest, which nobody got. */
  putBack(events: readonly BusEvent[]): void {
    for (const event of [...events, ...this.take()]) this.events.push(event);
  }
}
