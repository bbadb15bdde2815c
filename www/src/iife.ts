import { setDefaultWasm } from './default-wasm.js';
import { startFrom } from './html/script.js';

// currentScript is known only while the script is evaluated.
const { src } = (document.currentScript ?? {}) as { src?: string };
setDefaultWasm(() => new URL('trolleybus.wasm', src || document.baseURI));
startFrom(document.currentScript);

export * from './public.js';
