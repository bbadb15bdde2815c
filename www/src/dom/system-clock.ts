import type { Clock } from '../core/clock.js';
import { nextFrame } from './frames.js';

/** Of setTimeout, which calls at once for more than 24.8 days. It also cuts fractions off, and is then early. */
const LONGEST = 0x7fff_ffff;

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
