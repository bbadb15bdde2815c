import { UnavailableError, show } from '../errors.js';
import { evaluate, goVersion } from 'go:wasm_exec';

/** Where the program comes from. A URL may be fetched again after a failure; the others are taken as they are. */
export type WasmSource = string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module | Running;

/** A program that another loader starts: `go` is the `Go` of wasm_exec.js, and it must not have called `jsbridge.Serve` yet. */
export interface Running {
  readonly go: object;
  readonly instance: WebAssembly.Instance;
}

export function isRunning(source: WasmSource): source is Running {
  return typeof source === 'object' && 'go' in source && 'instance' in source;
}

/** The part of `wasm_exec.js`'s Go that the loader uses. */
export interface GoRuntime {
  argv: string[];
  env: Record<string, string>;
  exited: boolean;
  importObject: WebAssembly.Imports;
  exit(code: number): void;
  run(instance: WebAssembly.Instance): Promise<void>;
  _resume(): void;
  _scheduledTimeouts: Map<number, ReturnType<typeof setTimeout>>;
}

/** Compiles the program, after making sure that it is one and that it fits the `wasm_exec.js` in this file. */
export async function load(source: Exclude<WasmSource, Running>, integrity: string | undefined): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') throw new UnavailableError('unsupported', 'this environment has no WebAssembly');
  const module = source instanceof WebAssembly.Module ? source : await compile(source, integrity);
  checkVersion(module);
  return module;
}

async function compile(source: string | URL | Response | Promise<Response> | BufferSource, integrity: string | undefined): Promise<WebAssembly.Module> {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return fromBytes(source, 'the bytes given as wasm', '', integrity);
  if (isFile(source)) {
    return fromBytes(await readFile(source), String(source), '', integrity);
  }
  // What fetch loads it also checks.
  const unchecked = typeof source === 'string' || source instanceof URL ? undefined : integrity;
  const response = await respond(source, integrity);
  const where = response.url || 'the response given as wasm';
  if (!response.ok) throw new UnavailableError('fetch', `${where} answered ${response.status} ${response.statusText}; is trolleybus.wasm deployed there? Pass its URL as createBus({ wasm })${moved(where)}`);
  // Chosen before the body is read: a failed streaming compilation has used it up. It takes the type without parameters only.
  const type = response.headers.get('Content-Type') ?? '';
  if (unchecked === undefined && /^application\/wasm$/i.test(type) && typeof WebAssembly.compileStreaming === 'function') {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      throw compileError(where, error);
    }
  }
  let bytes;
  try {
    bytes = await response.arrayBuffer();
  } catch (error) {
    throw new UnavailableError('fetch', `${where} broke off while loading`, { cause: error });
  }
  return fromBytes(bytes, where, type, unchecked);
}

async function respond(source: string | URL | Response | Promise<Response>, integrity: string | undefined): Promise<Response> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    try {
      return await source;
    } catch (error) {
      throw new UnavailableError('fetch', 'the response given as wasm could not be had', { cause: error });
    }
  }
  try {
    return await fetch(source, integrity === undefined ? {} : { integrity });
  } catch (error) {
    // fetch says no more than "Failed to fetch", for a wrong integrity too.
    throw new UnavailableError(integrity === undefined ? 'fetch' : 'integrity',
      `${String(source)} could not be fetched` + (integrity === undefined ? '; are you offline, or does the policy (connect-src) forbid it?' : ` or does not have the integrity ${show(integrity)}`),
      { cause: error });
  }
}

async function fromBytes(bytes: BufferSource, where: string, type: string, integrity: string | undefined): Promise<WebAssembly.Module> {
  if (integrity !== undefined) await verify(bytes, integrity, where);
  const head = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(4, bytes.byteLength)) : new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
  if (head[0] !== 0 || head[1] !== 0x61 || head[2] !== 0x73 || head[3] !== 0x6d) {
    throw new UnavailableError('mime', `${where} is not WebAssembly` + (type === '' ? '' : ` (served as ${show(type)})`) +
      '; does the server answer with a page for files that it does not have? Serve trolleybus.wasm as application/wasm' + moved(where));
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw compileError(where, error);
  }
}

/** What helps where Vite's dev server bundles a module in advance, into a folder without the files beside it. */
function moved(where: string): string {
  return /\/deps\/[^/]+$/.test(where) ? ". If Vite moved the module there, set optimizeDeps: { exclude: ['trolleybus'] } in vite.config" : '';
}

function compileError(where: string, error: unknown): UnavailableError {
  const message = error instanceof Error ? error.message : '';
  return new UnavailableError('compile', /unsafe-eval|Content Security Policy/i.test(message)
    ? `the page's policy forbids WebAssembly; add 'wasm-unsafe-eval' to script-src (${message})`
    : `${where} could not be compiled, it may be truncated: ${message}`, { cause: error });
}

/** The program runs only under the `wasm_exec.js` of the Go version that built it. */
function checkVersion(module: WebAssembly.Module): void {
  const built = producer(module);
  if (built !== undefined && built !== goVersion) {
    throw new UnavailableError('version', `the wasm file was built by ${built}, but wasm_exec.js of this package is from ${goVersion}; build both with one Go version`);
  }
}

/** The Go version in the `producers` section: a vector of fields, each a name and a vector of (value, version). */
function producer(module: WebAssembly.Module): string | undefined {
  const section = WebAssembly.Module.customSections(module, 'producers')[0];
  if (section === undefined) return undefined;
  return /\bgo\d+\.\d+[\w.-]*/.exec(new TextDecoder().decode(section))?.[0];
}

const GLOBALS = ['Go', 'fs', 'path', 'process'];
let runtime: { Go: new () => GoRuntime; globals: Record<string, unknown> } | undefined;

/** Makes a runtime of Go. `wasm_exec.js` is evaluated once; the globals that it sets are taken away again. */
export function goRuntime(): GoRuntime {
  if (runtime === undefined) {
    const scope = globalThis as Record<string, unknown>;
    const added = missing(GLOBALS);
    // An element whose id is one of these names would be taken for it.
    for (const name of added) scope[name] = undefined;
    const Go = evaluate() as new () => GoRuntime;
    runtime = { Go, globals: Object.fromEntries(added.map((name) => [name, scope[name]])) };
    for (const name of added) delete scope[name];
  }
  return new runtime.Go();
}

/** Lets Go start with the globals that it looks up then, and the page have none of them afterwards. */
export function withGlobals<T>(run: () => T): T {
  const scope = globalThis as Record<string, unknown>;
  const added = missing(Object.keys(runtime?.globals ?? {}));
  for (const name of added) scope[name] = runtime!.globals[name];
  try {
    return run();
  } finally {
    for (const name of added) delete scope[name];
  }
}

/** The elements of a page are globals by their ids too, but not properties of its window's own. */
function missing(names: readonly string[]): string[] {
  return names.filter((name) => !Object.hasOwn(globalThis, name));
}

// On Node the package's own wasm is a file, which fetch does not read.
function isFile(source: unknown): source is URL | string {
  return typeof process === 'object' && process.versions?.node !== undefined && (source instanceof URL ? source.protocol === 'file:' : typeof source === 'string' && source.startsWith('file:'));
}

declare const process: { versions?: { node?: string }; getBuiltinModule?: (name: string) => unknown } | undefined;

async function readFile(url: URL | string): Promise<Uint8Array<ArrayBuffer>> {
  const name = 'node:fs/promises'; // in a variable, and asked of Node first, so that bundlers for pages leave it alone
  const fs = (process?.getBuiltinModule?.(name) ?? await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> };
  try {
    return await fs.readFile(new URL(url));
  } catch (error) {
    throw new UnavailableError('fetch', `${String(url)} could not be read: ${(error as Error).message}`, { cause: error });
  }
}

async function verify(bytes: BufferSource, integrity: string, where: string): Promise<void> {
  for (const part of integrity.trim().split(/\s+/)) {
    const [, bits, expected] = /^sha(256|384|512)-([^?]+)/.exec(part) ?? [];
    if (bits === undefined) continue;
    const digest = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, bytes));
    if (btoa(String.fromCharCode(...digest)) === expected) return;
  }
  throw new UnavailableError('integrity', `${where} does not have the integrity ${show(integrity)}`);
}
