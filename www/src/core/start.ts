import { microtask } from './microtask.js';
import type { Running } from './types.js';

/** Milliseconds after which a page that is never idle gets Go all the same. */
const BUSY = 2000;

/** Loads Go when the option `start` says. */
export function begin(start: 'running' | 'now' | 'idle' | 'demand', load: () => void): void {
  // Not before the caller's own first events: the first fetch of a page keeps it for milliseconds.
  if (start === 'now') microtask(load);
  else if (start === 'running') load(); // which may serve its bus in the next statement
  else if (start === 'idle') {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(load, { timeout: BUSY });
    else setTimeout(load, 1);
  }
}

export function isRunning(source: unknown): source is Running {
  try {
    return typeof source === 'object' && source !== null && 'go' in source && 'instance' in source;
  } catch {
    return false; // a proxy
  }
}
