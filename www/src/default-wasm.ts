import type { WasmSource } from './go/loader.js';

let source: (() => WasmSource) | undefined;

/** Each entry point says where the default program lies beside it: a module and a classic script find out differently. */
export function setDefaultWasm(from: () => WasmSource): void {
  source = from;
}

export function defaultWasm(): WasmSource {
  return source!();
}
