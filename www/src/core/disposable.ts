import type { Unsubscribe } from './types.js';

// Where the symbol does not exist yet, the polyfills' one is not known here either.
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

export function disposable(end: () => void): Unsubscribe {
  const off = end as Unsubscribe;
  off[DISPOSE] = end;
  return off;
}
