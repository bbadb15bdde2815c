import { setDefaultWasm } from './default-wasm.js';

/**
 * Where the classic script finds the default program: `data-wasm`, relative to the page as all URLs in it are, else beside
 * the script. `data-integrity` is of that file, as `integrity` is of the script's.
 */
export function wasmFrom(script: HTMLOrSVGScriptElement | null): void {
  // A script whose text is in the page, or that a bundler took in, has no file of its own.
  const { src, dataset: { wasm, integrity } = {} } = (script ?? {}) as Partial<HTMLScriptElement>;
  setDefaultWasm({
    source: () => wasm ? new URL(wasm, document.baseURI) : new URL('trolleybus.wasm', src || document.baseURI),
    integrity: integrity || undefined,
    named: !!wasm,
  });
}
