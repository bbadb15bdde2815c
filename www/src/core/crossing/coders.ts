declare const process: { getBuiltinModule?: (name: string) => unknown } | undefined;

type Coders = Pick<typeof globalThis, 'TextEncoder' | 'TextDecoder'>;

/** Jest's jsdom has none of its own, and below it Node has. */
export const coders = (): Coders => typeof TextDecoder === 'function' || typeof process !== 'object' ? globalThis : process.getBuiltinModule?.('node:util') as Coders | undefined ?? globalThis;
