import type { BusEvent } from './event-types.js';

/**
 * The method by which the facades of other libraries publish: depth-first, since their callers use the result. They may
 * come from another copy of the package than the bus. The publisher is told which event it is.
 */
export const NOW = Symbol.for('trolleybus/now');

export interface Immediate { [NOW](topic: string, data: unknown, publisher: { event: BusEvent | undefined }): void }
