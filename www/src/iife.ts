import { setDefaultWasm } from './default-wasm.js';

// currentScript is known only while the script is evaluated.
const { src } = (document.currentScript ?? {}) as { src?: string };
setDefaultWasm(() => new URL('trolleybus.wasm', src || document.baseURI));

export * from './public.js';
