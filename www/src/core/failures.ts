import type { Clock } from './clock.js';
import { toPage } from './report.js';
import { HandlerError } from './errors.js';
import type { BusEvent } from './event-types.js';
import { ERROR_TOPIC, LETTERS_TOPIC } from './topics.js';

/** What `onError` and subscribers of `$bus.error` get: one failure of one handler with one event. */
export interface Failure {
  /** What the handler threw, or what its promise rejected with. */
  readonly error: unknown;
  /** The topic of the event. */
  readonly topic: string;
  /** The event that it failed with. */
  readonly event: BusEvent;
  /** The pattern of the subscription. */
  readonly pattern: string;
  /** The name of the subscription, if it was given one. */
  readonly name: string | undefined;
  /** When it failed: milliseconds since the epoch. */
  readonly time: number;
}

/** Reports each failure exactly once (D4): to `$bus.error` and `onError`, and where nobody listens, to the page. Whatever these do, it returns. */
export class Failures {
  count = 0;
  /** Set by the bus: publishes a topic of its own, false when nobody has subscribed to it. */
  publish: (topic: string, data: unknown) => boolean = () => false;

  constructor(private readonly onError: ((failure: Failure) => unknown) | undefined, private readonly clock: Clock) {}

  report(error: unknown, at: { readonly pattern: string; readonly name: string | undefined }, event: BusEvent): void {
    this.count++;
    const { topic } = event, { pattern, name } = at, { onError } = this;
    const failure: Failure = { error, topic, event, pattern, name, time: this.clock.date() };
    const unheard = (): void => toPage(new HandlerError(error, topic, pattern, name));
    const heard = this.tell(failure);
    if (onError === undefined) {
      if (!heard) unheard();
      return;
    }
    const failed = (of: unknown): void => {
      if (!heard) unheard();
      toPage(new HandlerError(of, topic, 'onError', undefined));
    };
    try {
      const result = onError(failure);
      // As a handler may be, it may be asynchronous.
      if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  // A failing handler of failures is reported to the page, or it would be called for ever; so might one of dead letters.
  private tell(failure: Failure): boolean {
    try {
      return failure.topic !== ERROR_TOPIC && failure.topic !== LETTERS_TOPIC && this.publish(ERROR_TOPIC, failure);
    } catch {
      return false;
    }
  }
}
