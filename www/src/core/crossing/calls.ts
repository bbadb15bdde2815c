import { toPage } from '../report.js';
import { errorFields } from './fields.js';
import type { Memory } from './memory.js';

// What Go calls throws no exceptions, which would end the instance.

/** Of a call that Go waits for: an error becomes a negative length of code and message in the input. */
export function answered(memory: Memory, call: () => number): number {
  try {
    return call();
  } catch (error) {
    return -memory.writeStrings(errorFields(error)) - 1;
  }
}

/** Of a call whose error Go could do nothing with: it is the page's. */
export const quietly = <A extends unknown[]>(call: (...given: A) => number | void, otherwise = 0) => (...given: A): number => {
  try {
    return call(...given) ?? 0;
  } catch (error) {
    toPage(error);
    return otherwise;
  }
};
