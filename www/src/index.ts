import { setDefaultWasm } from './default-wasm.js';

// As a literal, which is what bundlers look for to copy the file.
setDefaultWasm(() => new URL('./trolleybus.wasm', import.meta.url));

export * from './public.js';
