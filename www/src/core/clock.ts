import { toPage } from './report.js';

/** Where a bus takes the time from: back-off, time-outs, windows, ages. Tests give one that they advance themselves. */
export interface Clock {
  /** Milliseconds from any start, which never go back, whatever the machine's clock is set to. */
  now(): number;
  /** Milliseconds since the epoch, for `event.time`. */
  date(): number;
  /** Calls `run` after so many milliseconds; the result cancels that. */
  after(milliseconds: number, run: () => void): () => void;
  /** Calls `run` before the page paints next, for subscriptions by `frame`; the result cancels that. Without it, 60 times a second. */
  frame?(run: () => void): () => void;
}

/** A clock that was given: what its functions throw is told to the page, and nobody else's failure; what they return is read as a number. */
export function guardedClock(clock: Clock): Clock {
  const reading = (read: () => number): (() => number) => {
    let last = 0;
    return () => {
      try {
        last = +read() || 0;
      } catch (error) {
        toPage(error);
      }
      return last;
    };
  };
  const calling = (ask: (run: () => void) => () => void) => (run: () => void): (() => void) => {
    let cancel: (() => void) | undefined;
    const guarded = (call: () => void): void => {
      try {
        call();
      } catch (error) {
        toPage(error);
      }
    };
    guarded(() => { cancel = ask(run); });
    return () => guarded(() => cancel?.());
  };
  return {
    now: reading(() => clock.now()),
    date: reading(() => clock.date()),
    after: (milliseconds, run) => calling((run) => clock.after(milliseconds, run))(run),
    get frame() { return clock.frame && calling((run) => clock.frame!(run)); },
  } as Clock;
}
