import type { BusEvent } from 'trolleybus';
import { inner } from '../core/inner.js';
import { settled } from './clock.js';
import { random } from './random.js';

interface Held { readonly seq: number; readonly order: number; let(): void }

/** Makes asynchronous work end in an order that a seed decides, one at a time. */
export interface Shuffle {
  /**
   * A handler that calls `handle`, and then holds its completion back, or its failure, until `release` chooses it. Where
   * the event's `signal` aborts (a time-out) it rejects with its reason instead.
   */
  handler<D, E extends BusEvent>(handle: (data: D, event: E) => unknown): (data: D, event: E) => Promise<unknown>;
  /** Resolves when `release` chooses it: for work that is no handler. */
  hold(): Promise<void>;
  /** How many are held back. */
  readonly waiting: number;
  /** Lets one go on; false when none is held back. */
  release(): boolean;
  /** Releases one after the other, letting promises settle between, until none is held back. */
  drain(): Promise<void>;
}

/**
 * Makes a Shuffle; the same seed and the same handlers give the same order. What is held back is sorted before the seed
 * chooses, by the event and by the order of the calls of `handler`, so that real time has no say in it.
 */
export function shuffle(seed: number): Shuffle {
  const next = random(seed);
  let held: Held[] = [];
  let made = 0;

  const wait = (seq: number, order: number, signal?: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
    const end = (): void => {
      held = held.filter((other) => other !== one);
      reject(signal!.reason as Error);
    };
    const one: Held = {
      seq,
      order,
      let() {
        signal?.removeEventListener('abort', end);
        resolve();
      },
    };
    held.push(one);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
  });
  const release = (): boolean => {
    if (held.length === 0) return false;
    held.sort((a, b) => a.seq - b.seq || a.order - b.order);
    held.splice(Math.floor(next() * held.length), 1)[0]!.let();
    return true;
  };

  return {
    handler(handle) {
      inner.check('function', 'shuffle handler', handle);
      const order = made++;
      return async (data, event) => {
        const { signal } = event as { signal?: AbortSignal };
        try {
          return await handle(data, event);
        } finally {
          await wait(event.seq, order, signal);
        }
      };
    },
    hold: () => wait(0, made++),
    get waiting() { return held.length; },
    release,
    async drain() {
      do await settled(); while (release());
    },
  };
}
