import { RecursionError } from './errors.js';
import { BusEvent, causeFrom, type Cause } from './event.js';
import { isReserved } from './grammar.js';
import type { Origin } from './origin.js';

/** Events that each were published by a handler of the one before. */
const MAX_CHAIN = 1000;

/** The causes of what is published in a delivery: one object for all that its handlers publish (D5). */
export class Causes {
  private cause: Cause | undefined;
  /** Whose cause that is. */
  private event: BusEvent | number = 0;

  constructor(private readonly origin: Origin) {}

  /** Of what is published on `topic` now; throws a RecursionError where the chain is too long. `current` is an event, or the number of one of the topic of `route`. */
  of(topic: string, current: BusEvent | number, route: { readonly topic: string }): Cause {
    if (this.event !== current) {
      this.cause = causeFrom(typeof current === 'number' ? new BusEvent(route.topic, undefined, current, this.origin) : current);
      this.event = current; // behind the calls, which a full stack cuts short
    }
    const cause = this.cause!;
    // The bus's own topics are let through: one of them reports the cut.
    if (cause.depth >= MAX_CHAIN && !isReserved(topic)) throw new RecursionError(cycle(topic, cause), MAX_CHAIN);
    return cause;
  }

  /** The delivery has ended. */
  forget(): void {
    this.event = 0;
    this.cause = undefined;
  }
}

/** The topics from the last event of the same topic to this one; the last ten where none repeats. */
function cycle(topic: string, cause: Cause): string[] {
  const topics = [topic];
  for (let c: Cause | undefined = cause; c !== undefined && topics.length < MAX_CHAIN; c = c.up) {
    topics.unshift(c.topic);
    if (c.topic === topic) return topics;
  }
  return topics.slice(-10);
}
