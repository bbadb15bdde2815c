import { expect, test, vi } from 'vitest';
import { entries } from '../entries.js';

entries({
  test, expect, names: process.env.ENTRIES.split(' '), realm: globalThis,
  fake: () => void vi.useFakeTimers(),
  real: () => void vi.useRealTimers(),
  advance: (milliseconds) => vi.advanceTimersByTimeAsync(milliseconds),
});
