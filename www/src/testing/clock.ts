import type { Clock } from 'trolleybus';
import { inner } from '../core/inner.js';

/** More timers than this at one moment start each other without end. */
const ENDLESS = 1_000_000;

// Kept from before anybody replaces the page's timers by false ones.
const { MessageChannel: Channel, setTimeout: later } = globalThis;

/** Resolves when all promises that could settle have settled: in a later task of the event loop. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    if (Channel === undefined) return void later(resolve); // jsdom
    const { port1, port2 } = new Channel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

interface Timer { readonly at: number; readonly run: () => void }

/** A clock whose time stands still until the test advances it. */
export interface VirtualClock extends Clock {
  /**
   * Moves the time on by so many milliseconds and calls what is due by then: in the order of the times, what is due at
   * one time in the order in which it was asked for, what was asked for meanwhile included. `now()` is the time of each
   * as it is called. A function that is called may advance the clock itself: that returns when all up to its own end has
   * been called, and the outer one goes on from there. What a function throws comes out of here, and the clock stands
   * at its time.
   * @throws OptionError if it is not a number from 0, RangeError if functions start each other without time going on.
   */
  advance(milliseconds: number): void;
  /** Is `advance`, and lets promises settle before, between and after the times at which something is due. */
  advanceAsync(milliseconds: number): Promise<void>;
  /** Changes the time of day, as a user or a time server does; nothing is due by it. */
  jump(milliseconds: number): void;
  /** When the first function is due, by `now()`. */
  readonly next: number | undefined;
  /** How many functions wait. Go asks for one wake-up for all that waits there. */
  readonly pending: number;
}

/** Options of `virtualClock`. */
export interface VirtualClockOptions {
  /** The time of day that it begins at, milliseconds since the epoch or a Date: the beginning of the year 2000 UTC. */
  date?: number | Date;
}

/** Makes a virtual clock: `now()` begins at 0, `date()` at the beginning of the year 2000 UTC. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { date = Date.UTC(2000) } = inner.read('virtualClock', options);
  const timers: Timer[] = [];
  let now = 0;
  let day = +date;
  let calls = 0;

  const endOf = (milliseconds: number): number => now + inner.check('advance', 'advance', milliseconds);
  /** Calls what is due first; false when nothing is due by then. */
  const step = (end: number): boolean => {
    const timer = timers[0];
    if (timer === undefined || timer.at > end) return false;
    timers.shift();
    if (timer.at > now) {
      now = timer.at;
      calls = 0;
    }
    if (++calls > ENDLESS) throw new RangeError(`${ENDLESS} timers at the same time: they keep starting each other`);
    timer.run();
    return true;
  };

  return {
    now: () => now,
    date: () => day + now,
    after(milliseconds, run) {
      inner.check('number', 'after milliseconds', milliseconds);
      inner.check('function', 'after function', run);
      const timer = { at: now + Math.max(0, milliseconds || 0), run };
      let i = timers.length;
      while (i > 0 && timers[i - 1]!.at > timer.at) i--;
      timers.splice(i, 0, timer);
      return () => {
        const i = timers.indexOf(timer);
        if (i >= 0) timers.splice(i, 1);
      };
    },
    advance(milliseconds) {
      const end = endOf(milliseconds);
      calls = 0;
      while (step(end));
      now = Math.max(now, end);
    },
    async advanceAsync(milliseconds) {
      const end = endOf(milliseconds);
      await settled();
      for (;;) {
        const at = timers[0]?.at;
        if (at === undefined || at > end) break;
        calls = 0;
        while (step(Math.max(at, now)));
        await settled();
      }
      now = Math.max(now, end);
    },
    jump(milliseconds) { day += inner.check('jump', 'jump', milliseconds); },
    get next() { return timers[0]?.at; },
    get pending() { return timers.length; },
  };
}
