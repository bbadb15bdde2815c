import { say } from './console.js';
import { checkPattern, checkTopic } from './grammar.js';
import type { INNER } from './internal.js';
import { checkValue, readEventOptions, readLastOptions, readOptions } from './options.js';
import { toFunction } from './subscribe.js';
import type { Handler, HandlerFunction } from './types.js';

/** Buses of which it was said that they are closed. */
const said = new WeakSet<object>();

/** What files of the package that are apart from this one share with it, by `INNER`. */
export const inner = {
  read: readOptions,
  event: readEventOptions,
  last: readLastOptions,
  check: checkValue,
  topic: checkTopic,
  /** True when it has a wildcard. */
  pattern: checkPattern,
  /** What was given as a bus, or is provided as one, which is no concern of the options. */
  bus: <B>(bus: B): B => checkValue('bus', 'bus', bus),
  call: toFunction as (handler: Handler<any>) => HandlerFunction<any>,
  /** Of a bus that was closed under a component: it is said once, and the result ends nothing. Throws any other error. */
  closed(error: unknown, bus: object): () => void {
    if ((error as { code?: unknown } | null)?.code !== 'TB_CLOSED') throw error;
    if (!said.has(bus)) say('error', error);
    said.add(bus);
    return () => {};
  },
};

/** What `pageBus` has. */
export interface Inner { readonly [INNER]: typeof inner }
