import { say } from './console.js';
import { messageOf } from './errors.js';

/** The console's way out: uncaught, but without stopping anything. What the page has put in its place may fail as well. */
export function toPage(error: unknown): void {
  try {
    if (typeof globalThis.reportError === 'function') return globalThis.reportError(error);
  } catch { /* the console then */ }
  // What cannot be printed can still be named.
  if (!say('error', error)) say('error', `trolleybus: ${messageOf(error)}`);
}
