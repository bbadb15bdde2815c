import type { Dispatcher } from './dispatcher.js';
import type { BusEvent } from './event.js';
import { toPage } from './report.js';
import { Route } from './route.js';
import type { Subscriber } from './subscriber.js';
import type { Deliver } from './subscription.js';

// Work that has its turn among the events of the bus: it hands out events that are past, or that somebody waited with.

const guarded = (work: () => void) => (): void => {
  try {
    work();
  } catch (error) {
    toPage(error);
  }
};

/** Calls `work` when it is its turn: now, or behind what is queued. It hands out events by `deliverTo`. */
export function inTurn(dispatcher: Dispatcher, work: () => void): void {
  dispatcher.queue.push(guarded(work));
  if (!dispatcher.busy) dispatcher.drain();
}

/** The same, but ahead of what is queued. */
export function first(dispatcher: Dispatcher, work: () => void): void {
  if (dispatcher.busy) dispatcher.queue.splice(dispatcher.head, 0, guarded(work));
  else inTurn(dispatcher, work);
}

/** Within `inTurn`: delivers an event to one subscriber alone, by another function than that of its routes. */
export function deliverTo(dispatcher: Dispatcher, subscriber: Subscriber, event: BusEvent, deliver: Deliver): void {
  const route = new Route(event.topic, [subscriber]);
  route.deliver[0] = deliver;
  dispatcher.live = route;
  dispatcher.current = event;
  dispatcher.deliverFrom(0, route, event);
  dispatcher.delivered++;
}
