import type { BusEvent } from './event-types.js';
import type { Handler, SubscribeOptions } from './types.js';

/**
 * The method by which the facades of other libraries publish: depth-first, since their callers use the result. They may
 * come from another copy of the package than the bus. The publisher is told which event it is.
 */
export const DEPTH_FIRST = Symbol.for('trolleybus/now');

export interface Immediate { [DEPTH_FIRST](topic: string, data: unknown, publisher: { event: BusEvent | undefined }): void }

/**
 * The method by which adapters subscribe that have to know when a subscription has ended, by whatever: the result, `once`,
 * `signal`, `owner`, or the end of the bus. `once` ends it before its event is handled.
 */
export const FOLLOW = Symbol.for('trolleybus/follow');

export interface Followed { [FOLLOW](pattern: string, handler: Handler<any>, options: SubscribeOptions, ended: () => void): () => void }
