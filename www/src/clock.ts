import { toPage } from './failures.js';
import { nextFrame } from './frames.js';

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

/** Of setTimeout, which calls at once for more than 24.8 days. It also cuts fractions off, and is then early. */
const LONGEST = 0x7fff_ffff;

/** A clock that was given: what its functions throw is told to the page, and nobody else's failure. */
export function guardedClock(clock: Clock): Clock {
  const reading = (read: () => number): (() => number) => {
    let last = 0;
    return () => {
      try {
        last = read();
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

let ahead = 0, last = 0;

/** The page's clock. */
export const systemClock: Clock = {
  // Fake timers of tests begin at 0, and when they go, where the page is: what waits still takes as long as it was to.
  now() {
    const now = performance.now() + ahead;
    if (now < last) ahead += last - now;
    return last = Math.max(now, last);
  },
  date: () => Date.now(),
  after(milliseconds, run) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      timer = setTimeout(() => left > LONGEST ? wait(left - LONGEST) : run(), Math.ceil(Math.min(left, LONGEST)));
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
  frame: nextFrame,
};
