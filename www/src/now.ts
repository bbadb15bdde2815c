/**
 * The method by which the facades of other libraries publish: depth-first, since their callers use the result. They may
 * come from another copy of the package than the bus.
 */
export const NOW = Symbol.for('trolleybus/now');

export interface Immediate { [NOW](topic: string, data: unknown): void }
