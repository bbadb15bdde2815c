import { BoundedQueue } from './bounded-queue.js';
import type { BusEvent } from './event.js';
import type { Observers } from './observers.js';
import type { GoSubscriber } from './subscriber.js';

/** The events that subscribers in Go have still to get: a bounded queue, filled while Go is not up. */
export class Pending {
  /** Stands first in provisional routes, so that an event waits from the moment at which its delivery begins. */
  readonly subscriber: GoSubscriber;
  /** Events that were dropped because the queue was full, or because Go died with what only it had. */
  dropped = 0;
  readonly events: BoundedQueue<BusEvent>;
  /** Set by Go: what is kept of an event that it published and that waits for another instance; undefined: it is lost. */
  keep: (event: BusEvent) => BusEvent | undefined = (event) => event;

  constructor(readonly limit: number, dispatcher: { delivered: number }, private readonly observers: Pick<Observers, 'dropped'>) {
    this.events = new BoundedQueue(limit, 'drop-oldest', (_count, event) => this.lose(event));
    this.subscriber = {
      handle: 0, order: 0, pattern: '>', name: undefined, wild: true, responder: false, used: true,
      deliver: (_data, event) => {
        dispatcher.delivered--; // nobody's handler
        this.push(event);
      },
    };
  }

  private push(event: BusEvent): void {
    const kept = this.keep(event);
    if (kept === undefined) this.lose(event);
    else this.events.push(kept);
  }

  /** Counts an event that Go's subscribers do not get. */
  lose(event: BusEvent): void {
    this.dropped++;
    this.observers.dropped(event, undefined, 'pending');
  }
}
