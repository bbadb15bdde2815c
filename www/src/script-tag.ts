import { setDefaultWasm } from './core/default-wasm.js';
import { get } from './dom/nodes.js';

/**
 * Where the classic script finds the default program: `data-wasm`, relative to the page as all URLs in it are, else beside
 * the script. `data-integrity` is of that file, as `integrity` is of the script's.
 */
export function wasmFrom(script: HTMLOrSVGScriptElement | null): void {
  // A script whose text is in the page, or that a bundler took in, has no file of its own.
  const { src, dataset: { wasm, integrity } = {} } = (script ?? {}) as Partial<HTMLScriptElement>;
  const page = globalThis.document ? get(document, 'baseURI') : undefined;
  const beside = src || page || own();
  setDefaultWasm({
    source: () => wasm ? new URL(wasm, page) : beside === undefined ? 'trolleybus.wasm' : new URL('trolleybus.wasm', beside),
    integrity,
    named: !!wasm,
  });
}

/** The URL of this script in a worker, which knows its own only: the engine puts that of each function into a stack. */
function own(): string | undefined {
  return /[a-z][a-z0-9+.-]*:\/\/[^\s()]*?(?=:\d+:\d+)/i.exec(String(new Error().stack))?.[0] ?? globalThis.location?.href;
}
