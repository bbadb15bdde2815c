import type { GoMaker } from './kernel.js';

let provided: GoMaker | undefined;

/** Makes it part of what has been loaded already. */
export function provideGo(maker: GoMaker): void { provided = maker; }

export const providedGo = (): GoMaker | undefined => provided;
