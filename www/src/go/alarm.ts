import type { Clock } from '../clock.js';
import { toPage } from '../failures.js';

/** The bus's clock for Go: it asks for one call of `tick` at a time. What a clock of the user's throws must not reach Go. */
export function alarm(clock: Clock, tick: () => void) {
  let cancel: (() => void) | undefined;
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
    },
    end(): void {
      ended = true;
      end();
    },
  };
}
