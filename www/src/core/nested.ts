import type { Dispatcher } from './dispatcher.js';
import { RecursionError } from './errors.js';
import type { BusEvent } from './event.js';

// What interrupts a delivery, which goes on behind it.

/** Calls `work` at once, as if within the delivery of `event`: what it publishes waits its turn, and has that as its cause. */
export function within(dispatcher: Dispatcher, event: BusEvent | undefined, work: () => void): void {
  const { busy, current, live } = dispatcher;
  dispatcher.busy = true;
  if (event !== undefined) dispatcher.current = event;
  try {
    work();
  } finally {
    dispatcher.live = live;
    dispatcher.current = current;
    dispatcher.busy = busy;
  }
  if (!busy && dispatcher.queue.length > 0) dispatcher.drain();
}

/** Depth-first: the caller uses the result of this very delivery. At most so many deliveries in each other. */
export function deliverNow(dispatcher: Dispatcher, event: BusEvent, most: number): void {
  const route = dispatcher.routeOf(event.topic), { busy, current, live, interrupted, observers } = dispatcher;
  (event as { seq: number }).seq = ++dispatcher.seq;
  if (observers !== undefined) dispatcher.tellAccepted(event, observers);
  if (!busy) return dispatcher.run(route, event);
  // Depth-first nests on the engine's stack, which is full long before a chain in the queue is cut.
  if (interrupted.length >= most) throw new RecursionError([...interrupted.slice(-9).map(({ topic }) => topic), event.topic], most);
  interrupted.push(live);
  try {
    dispatcher.deliver(route, event);
  } finally {
    dispatcher.live = live;
    dispatcher.current = current;
    interrupted.length--; // no call, for which a full stack has no room
  }
}
