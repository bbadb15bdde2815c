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

/** The page's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
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
