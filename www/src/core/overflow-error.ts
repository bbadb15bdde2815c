import { TrolleybusError, named } from './errors.js';
import type { BusEvent } from './event-types.js';

/** `TB_OVERFLOW`: a bounded queue is full and its policy is `error`. `event` is the one that was refused. */
export class OverflowError extends TrolleybusError {
  /** Made by the queue that is full. */
  constructor(
    what: string,
    limit: number,
    /** The event that was refused, with its data. */ readonly event: BusEvent,
  ) {
    super('TB_OVERFLOW', `${what}: the queue of ${limit} events is full; consume faster, raise overflow.limit or choose another overflow.policy`);
  }
}

named(OverflowError, 'OverflowError');
