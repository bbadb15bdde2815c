import type { WasmSource } from './types.js';

interface Default {
  /** Where the program is, asked for when Go starts. */
  readonly source: () => WasmSource;
  /** Of this file alone: options that name another one do not have it. */
  readonly integrity?: string | undefined;
  /** Named by the page, so that it may be a program with subscribers of its own. */
  readonly named?: boolean;
}

/** The program of those who name none. */
export let defaultWasm: Default;

/** Each entry point says where the default program lies beside it: a module and a classic script find out differently. */
export function setDefaultWasm(wasm: Default): void {
  defaultWasm = wasm;
}
