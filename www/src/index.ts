import { setDefaultWasm } from './core/default-wasm.js';

// The file beside this module, as a literal that bundlers follow to it. The detour is for the dev server of Vite 5 to 7,
// which moves this module to a folder of its own: the literal leads nowhere from there, so that Vite takes it for a
// subpath of the package, and the package exports that.
setDefaultWasm({ source: () => new URL('trolleybus/program/../../trolleybus.wasm', import.meta.url) });

export * from './public.js';
