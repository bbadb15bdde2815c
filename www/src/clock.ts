/** Where a bus takes the time from: back-off, time-outs, windows, ages. Tests give one that they advance themselves. */
export interface Clock {
  /** Milliseconds from any start, which never go back, whatever the machine's clock is set to. */
  now(): number;
  /** Milliseconds since the epoch, for `event.time`. */
  date(): number;
  /** Calls `run` after so many milliseconds; the result cancels that. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The page's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
