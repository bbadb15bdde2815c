import { getter, takes } from './brand.js';
import { toPage } from './report.js';

/** Whether it is an AbortSignal, of this realm or another one, and no object that only has its methods. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof AbortSignal !== 'function') return false;
  const get = getter(AbortSignal.prototype, 'aborted') as (() => unknown) | undefined;
  return get === undefined ? value instanceof AbortSignal : takes(get, value); // that of a library has none
}

/** What ends with each signal. One listener does for all of it: engines look through the list of them at each change. */
const ending = new WeakMap<AbortSignal, Ending>();

interface Ending {
  readonly ends: Set<() => void>;
  readonly abort: () => void;
}

/** Calls `end` when the signal aborts; the result undoes that. By the methods of its class, since it may have others of its own. */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  let all = ending.get(signal);
  if (all === undefined) {
    const ends = new Set<() => void>();
    const abort = (): void => {
      ending.delete(signal);
      for (const end of ends) {
        try {
          end();
        } catch (error) {
          toPage(error); // as that of a listener, it stops no other one
        }
      }
    };
    addEventListener.call(signal, 'abort', abort, { once: true });
    ending.set(signal, all = { ends, abort });
  }
  const { ends, abort } = all;
  ends.add(end);
  return () => {
    if (!ends.delete(end) || ends.size > 0 || ending.get(signal)?.ends !== ends) return;
    ending.delete(signal);
    removeEventListener.call(signal, 'abort', abort);
  };
}
