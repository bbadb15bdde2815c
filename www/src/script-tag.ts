import { setDefaultWasm } from './default-wasm.js';
import { get } from './dom.js';

/**
 * Where the classic script finds the default program: `data-wasm`, relative to the page as all URLs in it are, else beside
 * the script. `data-integrity` is of that file, as `integrity` is of the script's.
 */
export function wasmFrom(script: HTMLOrSVGScriptElement | null): void {
  const base = (): string => get(document, 'baseURI');
  // A script whose text is in the page, or that a bundler took in, has no file of its own.
  const { src, dataset: { wasm, integrity } = {} } = (script ?? {}) as Partial<HTMLScriptElement>;
  setDefaultWasm({
    source: () => wasm ? new URL(wasm, base()) : new URL('trolleybus.wasm', src || base()),
    integrity: integrity || undefined,
    named: !!wasm,
  });
}
