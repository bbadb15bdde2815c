const settled = Promise.resolve();

/**
 * Calls behind what runs now. By a promise, since `queueMicrotask` is a timer to those who test with fake ones: Go would
 * not come up before their clock is advanced.
 */
export const microtask = (run: () => void): void => void settled.then(run);
