import { inner } from '../core/inner.js';

/** Numbers from 0 to below 1 that are the same for the same seed, for the option `random` of `createBus` (mulberry32). The seed is an integer. */
export function random(seed: number): () => number {
  let state = inner.check('seed', 'seed', seed) | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}
