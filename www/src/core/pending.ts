import { detached, type BusEvent } from './event.js';
import type { Observers } from './observers.js';
import type { GoSubscriber } from './subscriber.js';

/** The events that subscribers in Go have still to get: a bounded queue, filled while Go is not up. */
export class Pending {
  /** Stands first in provisional routes, so that an event waits from the moment at which its delivery begins. */
  readonly subscriber: GoSubscriber;
  /** Events that were dropped because the queue was full, or because Go died with what only it had. */
  dropped = 0;
  private events: BusEvent[] = [];

  constructor(readonly limit: number, dispatcher: { delivered: number }, private readonly observers: Pick<Observers, 'dropped'>) {
    this.subscriber = {
      handle: 0, order: 0, pattern: '>', name: undefined, wild: true, responder: false, used: true,
      deliver: (_data, event) => {
        dispatcher.delivered--; // nobody's handler
        this.push(event);
      },
    };
  }

  private push(event: BusEvent): void {
    if (event.ref !== 0 && event.data === undefined) this.lose(event);
    else {
      this.events.push(detached(event));
      this.trim();
    }
  }

  take(): BusEvent[] { return this.events.splice(0); }

  /** Takes back the oldest, which nobody got. */
  putBack(events: readonly BusEvent[]): void {
    this.events.unshift(...events);
    this.trim();
  }

  private trim(): void {
    for (const gone of this.events.splice(0, Math.max(0, this.events.length - this.limit))) this.lose(gone);
  }

  /** Counts an event that Go's subscribers do not get. */
  lose(event: BusEvent): void {
    this.dropped++;
    this.observers.dropped(event, undefined, 'pending');
  }
}
