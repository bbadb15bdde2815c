import type { Clock } from './clock.js';
import type { BusEvent } from './event.js';

/** What `onError` and subscribers of `$bus.error` get: one failure of one handler with one event. */
export interface Failure {
  readonly error: unknown;
  readonly topic: string;
  readonly event: BusEvent;
  /** The subscription's pattern and, where it was given one, name. */
  readonly pattern: string;
  readonly name: string | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export const ERROR_TOPIC = '$bus.error';

/** Reports each failure exactly once (D4): to `$bus.error` and `onError`, and where nobody listens, to the page. */
export class Failures {
  count = 0;
  /** Set by the bus: publishes a topic of its own, false when nobody has subscribed to it. */
  publish: (topic: string, data: unknown) => boolean = () => false;

  constructor(private readonly onError: ((failure: Failure) => void) | undefined, private readonly clock: Clock) {}

  report(error: unknown, at: { readonly pattern: string; readonly name: string | undefined }, event: BusEvent): void {
    this.count++;
    const failure: Failure = { error, topic: event.topic, event, pattern: at.pattern, name: at.name, time: this.clock.date() };
    // A failing handler of failures is reported to the page, or it would be called for ever.
    const heard = event.topic !== ERROR_TOPIC && this.publish(ERROR_TOPIC, failure);
    if (this.onError !== undefined) {
      try {
        this.onError(failure);
      } catch (failed) {
        toPage(failed);
      }
    } else if (!heard) {
      toPage(error);
    }
  }
}

/** The console's way out: uncaught, but without stopping anything. */
export function toPage(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
