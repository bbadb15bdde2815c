import { setDefaultWasm } from './default-wasm.js';

// As a literal, which is what bundlers look for to copy the file.
setDefaultWasm({ source: () => new URL('./trolleybus.wasm', import.meta.url) });

export * from './public.js';
