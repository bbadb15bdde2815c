import { OptionError } from './errors.js';
import type { BusOptions } from './types.js';

/** The options that a script tag has: `data-start`, `data-wasm`, `data-integrity`. Addresses are the page's. */
export function optionsOf({ dataset }: HTMLElement): BusOptions {
  const { start, wasm, integrity } = dataset;
  const options: BusOptions = {};
  if (start) {
    if (start !== 'now' && start !== 'idle' && start !== 'demand') throw new OptionError('data-start', "'now', 'idle' or 'demand'", start);
    options.start = start;
  }
  if (wasm) options.wasm = new URL(wasm, document.baseURI);
  if (integrity) options.integrity = integrity;
  return options;
}
