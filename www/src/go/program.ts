import { UnavailableError, show } from '../core/errors.js';
import { coders } from '../core/crossing/coders.js';
import type { GoRuntime } from './runtime.js';
import { version } from '../core/version.js';
import { goVersion } from 'go:wasm_exec';

/** The hash of the crossing, which Go states in the name of an export: `trolleybus_crossing_`, its version, `_` and the hash. */
declare const __CROSSING__: string;

/** What the linker of Go exports for the page. */
const LINKED = ['run', 'resume', 'getsp', 'mem'];

/** Makes sure that compiled code is a program of Go for pages, that it serves a bus, and that it fits the `wasm_exec.js` in this file. */
export function checkProgram(module: WebAssembly.Module, where: string): void {
  checkExports(new Set(WebAssembly.Module.exports(module).map(({ name }) => name)), where);
  const built = producer(module);
  if (built !== undefined && built !== goVersion) {
    throw new UnavailableError('version', `${where} was built by ${built}, but wasm_exec.js of this package is from ${goVersion}; build both with one Go version`);
  }
}

export function checkExports(names: ReadonlySet<string>, where: string): void {
  if (!LINKED.every((name) => names.has(name))) {
    throw new UnavailableError('start', `${where} is WebAssembly, but not a program that Go built with GOOS=js GOARCH=wasm`);
  }
  if (!names.has('trolleybus_buffer')) {
    throw new UnavailableError('start', `${where} is a Go program without Trolleybus; call jsbridge.Serve of github.com/trolleybus/trolleybus in its main`);
  }
  const [, built, hash] = /\btrolleybus_crossing_(\S+)_(\w+)/.exec([...names].join(' ')) ?? [];
  if (hash !== __CROSSING__) {
    throw new UnavailableError('version', `${where} was built with ${hash === undefined ? 'another version of Trolleybus' : `Trolleybus ${built} (crossing ${hash})`}, ` +
      `but this package is of ${version} (crossing ${__CROSSING__}): rebuild the component with github.com/trolleybus/trolleybus v${version}, or take the trolleybus.wasm of this package`);
  }
}

/** The program's instance, which does nothing yet. */
export async function instantiate(module: WebAssembly.Module, go: GoRuntime, where: string): Promise<WebAssembly.Instance> {
  try {
    return await WebAssembly.instantiate(module, go.importObject);
  } catch (error) {
    const missing = WebAssembly.Module.imports(module).filter(({ module, name }) => !(name in (go.importObject[module] ?? {}))).map(({ module, name }) => `${module}.${name}`);
    throw new UnavailableError('version', `${where} does not fit wasm_exec.js: ` +
      (missing.length > 0 ? `it imports ${missing.slice(0, 5).join(', ')}, which is not there` : show((error as Error).message)), { cause: error });
  }
}

/** The Go version in the `producers` section: a vector of fields, each a name and a vector of (value, version). */
function producer(module: WebAssembly.Module): string | undefined {
  const section = WebAssembly.Module.customSections(module, 'producers')[0];
  if (section === undefined) return undefined;
  return /\bgo\d+\.\d+[\w.-]*/.exec(new (coders().TextDecoder)().decode(section))?.[0];
}
