import { expect, jest, test } from '@jest/globals';
import { entries } from '../entries.js';

entries({
  test, expect, names: process.env.ENTRIES.split(' '), realm: globalThis,
  fake: () => void jest.useFakeTimers(),
  real: () => void jest.useRealTimers(),
  advance: (milliseconds) => jest.advanceTimersByTimeAsync(milliseconds),
});
