import { FRAME, type Clock } from '../clock.js';
import { toPage } from '../failures.js';

/** What Go takes from the page: time, one call of `tick` at a time, one of `paint` for each frame that it asks for, and random numbers. What these throw must not reach Go. */
export function environment(clock: Clock, random: () => number, tick: () => void, paint: () => void) {
  let cancel: (() => void) | undefined, skip: (() => void) | undefined;
  let ended = false;
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
  const end = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    calls: {
      now: safely(() => clock.now()),
      date: safely(() => clock.date()),
      random: safely(random),
      /** In so many milliseconds, instead of what was asked for before. */
      wake(milliseconds: number): void {
        if (ended) return;
        try {
          end();
          cancel = clock.after(Math.max(0, milliseconds), tick);
        } catch (error) {
          toPage(error);
        }
      },
      /** Before the next frame. */
      frame(): void {
        if (ended) return;
        try {
          skip = clock.frame?.(paint) ?? clock.after(FRAME, paint);
        } catch (error) {
          toPage(error);
        }
      },
    },
    end(): void {
      ended = true;
      end();
      skip?.();
    },
  };
}
