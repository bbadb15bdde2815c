import { RequestEvent as Made } from './event-copies.js';
import type { RequestEvent as Type } from './event-types.js';

export type RequestEvent<T = any, N extends string = string> = Type<T, N>;

/** For `event instanceof RequestEvent`; only the bus makes requests. */
export const RequestEvent: abstract new (...none: never) => RequestEvent = Made;
