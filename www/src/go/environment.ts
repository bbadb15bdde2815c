import type { Clock } from '../core/clock.js';
import { toPage } from '../core/report.js';
import { FRAME } from '../dom/frames.js';
import { microtask } from '../core/microtask.js';

/** What Go takes from the page: time, one call of `tick` at a time, one of `paint` for each frame that it asks for, and random numbers. What these throw must not reach Go. */
export function environment(clock: Clock, random: () => number, tick: () => void, paint: () => void) {
  let cancel: (() => void) | undefined, skip: (() => void) | undefined;
  let ended = false, wakes = 0;
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      toPage(error);
    }
  };
  const safely = (read: () => number): (() => number) => {
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
  /** Asks a clock for a call. One that calls at once must not find Go in the middle of its question. */
  const ask = (of: (run: () => void) => () => void, run: () => void): (() => void) => {
    let asking = true;
    const cancel = of(() => asking ? microtask(run) : run());
    asking = false;
    return cancel;
  };
  const end = (): void => {
    const was = cancel;
    cancel = undefined;
    guarded(() => was?.());
  };
  return {
    calls: {
      now: safely(() => clock.now()),
      date: safely(() => clock.date()),
      random: safely(random),
      /** In so many milliseconds, instead of what was asked for before. */
      wake(milliseconds: number): void {
        if (ended) return;
        const mine = ++wakes;
        end();
        guarded(() => {
          const own = ask((run) => clock.after(Math.max(0, milliseconds), run), tick);
          // A clock may use the bus: what Go asked for meanwhile is sooner.
          if (mine === wakes) cancel = own;
          else own();
        });
      },
      /** Before the next frame. */
      frame(): void {
        if (ended) return;
        guarded(() => skip = ask((run) => clock.frame === undefined ? clock.after(FRAME, run) : clock.frame(run), paint));
      },
    },
    /** Cancels what Go has no use for: 1 the timer, 2 the frame. */
    rest(idle: () => number): void {
      if (cancel === undefined && skip === undefined) return;
      const which = idle();
      if ((which & 1) !== 0) end();
      if ((which & 2) !== 0) {
        const was = skip;
        skip = undefined;
        guarded(() => was?.());
      }
    },
    end(): void {
      ended = true;
      end();
      guarded(() => skip?.());
    },
  };
}
