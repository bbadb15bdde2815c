import { say } from './console.js';
import { readOptions } from './options.js';
import { toFunction } from './subscribe.js';
import type { Handler, HandlerFunction } from './types.js';

/** Buses of which it was said that they are closed. */
const said = new WeakSet<object>();

/** What files of the package that are apart from this one share with it, by `INNER`. */
export const inner = {
  read: readOptions,
  call: toFunction as (handler: Handler<any>) => HandlerFunction<any>,
  /** Of a bus that was closed under a component: it is said once, and the result ends nothing. Throws any other error. */
  closed(error: unknown, bus: object): () => void {
    if ((error as { code?: unknown } | null)?.code !== 'TB_CLOSED') throw error;
    if (!said.has(bus)) say('error', error);
    said.add(bus);
    return () => {};
  },
};
