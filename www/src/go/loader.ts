import { get } from '../dom/nodes.js';
import { UnavailableError, messageOf, show } from '../core/errors.js';
import { unfit, verify } from './integrity.js';
import type { Running, WasmSource } from '../core/types.js';
import { checkProgram } from './program.js';

/** One attempt to bring Go up. */
export interface Attempt {
  /** Aborted when it is given up. */
  readonly signal: AbortSignal;
  /** What it waits for, for the error of one that took too long. */
  waits: string;
}

export interface Program {
  readonly module: WebAssembly.Module;
  /** What it is called in messages. */
  readonly where: string;
}

/** Gets and compiles the program, after making sure that it is one. */
export async function load(source: Exclude<WasmSource, Running>, integrity: string | undefined, attempt: Attempt): Promise<Program> {
  if (typeof WebAssembly !== 'object') throw new UnavailableError('unsupported', 'this environment has no WebAssembly');
  attempt.waits = 'the promise given as wasm has not settled';
  let settled: unknown;
  try {
    settled = await source;
  } catch (error) {
    throw new UnavailableError('fetch', `the promise given as wasm was rejected: ${messageOf(error)}`, { cause: error });
  }
  const program = await compiled(settled, integrity, attempt);
  checkProgram(program.module, program.where);
  return program;
}

// By what objects say that they are: those of another realm are no instances of this one's classes.
async function compiled(source: unknown, integrity: string | undefined, attempt: Attempt): Promise<Program> {
  const kind = Object.prototype.toString.call(source).slice(8, -1);
  if (typeof source === 'string' || kind === 'URL') {
    const url = String(source);
    if (/^file:/i.test(url) && isNode()) return fromBytes(await readFile(url), url, '', integrity, attempt);
    attempt.waits = `${url} has not answered`;
    const response = await fetched(url, integrity, attempt);
    return fromResponse(response, response.url || url, undefined, attempt); // fetch has checked its integrity
  }
  if (kind === 'Response') {
    const where = (source as Response).url || 'the response given as wasm';
    return fromResponse(given(source as Response, where, attempt), where, integrity, attempt);
  }
  if (kind === 'WebAssembly.Module') {
    if (integrity !== undefined) throw new UnavailableError('integrity', 'a compiled WebAssembly.Module cannot be checked against integrity; pass its bytes or its URL as wasm');
    return { module: source as WebAssembly.Module, where: 'the module given as wasm' };
  }
  // Some engines compile no DataView.
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength) : kind === 'ArrayBuffer' ? new Uint8Array(source as ArrayBuffer) : undefined;
  if (bytes !== undefined) return fromBytes(bytes, 'the program given as wasm', '', integrity, attempt);
  throw new UnavailableError('fetch', `the wasm given is ${show(source)}; expected a URL, a Response, bytes or a WebAssembly.Module`);
}

async function fetched(url: string, integrity: string | undefined, { signal }: Attempt): Promise<Response> {
  if (typeof fetch !== 'function') throw new UnavailableError('unsupported', `this environment has no fetch for ${url}; pass the bytes of the program as createBus({ wasm })`);
  try {
    return await fetch(url, integrity === undefined ? { signal } : { signal, integrity });
  } catch (error) {
    // fetch says no more than "Failed to fetch", for a wrong hash too.
    const unchecked = integrity === undefined || signal.aborted ? undefined : await fetch(url, { signal }).catch(() => undefined);
    if (unchecked !== undefined) {
      void unchecked.body?.cancel().catch(() => {});
      checkAnswer(unchecked, url);
      throw unfit(url, integrity!);
    }
    throw new UnavailableError('fetch', `${url} could not be fetched: ${reasonOf(url)}`, { cause: error });
  }
}

function reasonOf(url: string): string {
  const { origin = '', href = undefined } = globalThis.location ?? {};
  let target;
  try {
    target = new URL(url, globalThis.document ? get(document, 'baseURI') : href);
  } catch {
    return 'it is not a URL, or it is relative and there is no page to resolve it against; pass an absolute one';
  }
  if (target.protocol === 'file:') return 'a page that was opened as a file cannot load another file; serve the page by HTTP, or bundle trolleybus/inline, which contains the program';
  return (target.origin !== origin && origin !== '' ? `it is of another origin, whose server must allow ${origin} to have it (Access-Control-Allow-Origin); or ` : '') +
    'are you offline, or does the policy (connect-src) forbid it?';
}

/** A response that somebody else asked for: it cannot be given up, but its body can. */
function given(response: Response, where: string, { signal }: Attempt): Response {
  if (response.bodyUsed || response.body?.locked) throw new UnavailableError('fetch', `the body of ${where} has been read before; give a function that makes a new response for each attempt`);
  checkAnswer(response, where);
  return response.body === null ? response : new Response(response.body.pipeThrough(new TransformStream(), { signal }), response);
}

function checkAnswer(response: Response, where: string): void {
  if (response.ok) return;
  throw new UnavailableError('fetch', response.type === 'opaque' ? `${where} was fetched with mode 'no-cors', so that its body cannot be read; fetch it with CORS`
    : `${where} answered ${`${response.status} ${response.statusText}`.trim()}; is trolleybus.wasm deployed there? Pass its URL as createBus({ wasm })${moved(where)}`);
}

async function fromResponse(response: Response, where: string, integrity: string | undefined, attempt: Attempt): Promise<Program> {
  checkAnswer(response, where);
  attempt.waits = `${where} has not come as a whole`;
  // Chosen before the body is read: a failed streaming compilation has used it up. It takes the type without parameters only.
  const type = response.headers.get('Content-Type') ?? '';
  if (integrity === undefined && /^application\/wasm$/i.test(type) && typeof WebAssembly.compileStreaming === 'function') {
    try {
      return { module: await WebAssembly.compileStreaming(response), where };
    } catch (error) {
      throw compileError(where, error);
    }
  }
  let bytes;
  try {
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new UnavailableError('fetch', `${where} was interrupted while it was loading; try again`, { cause: error });
  }
  return fromBytes(bytes, where, type, integrity, attempt);
}

async function fromBytes(bytes: Uint8Array<ArrayBuffer>, where: string, type: string, integrity: string | undefined, attempt: Attempt): Promise<Program> {
  if (integrity !== undefined) await verify(bytes, integrity, where);
  if (bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
    throw new UnavailableError('mime', `${where} is not WebAssembly` + (type === '' ? '' : ` (served as ${show(type)})`) +
      '; does the server answer with a page for files that it does not have? Serve trolleybus.wasm as application/wasm' + moved(where));
  }
  attempt.waits = `${where} has not been compiled`;
  try {
    return { module: await WebAssembly.compile(bytes), where };
  } catch (error) {
    throw compileError(where, error);
  }
}

/** What helps where Vite's dev server bundles a module in advance, into a folder without the files beside it. */
function moved(where: string): string {
  return /\/deps\/[^/]+$/.test(where) ? ". If Vite moved the module there, set optimizeDeps: { exclude: ['trolleybus'] } in vite.config" : '';
}

function compileError(where: string, error: unknown): UnavailableError {
  const message = messageOf(error);
  return new UnavailableError('compile', /unsafe-eval|Content Security Policy/i.test(message)
    ? `the page's policy forbids WebAssembly; add 'wasm-unsafe-eval' to script-src (${message})`
    : `${where} could not be compiled, it may be truncated: ${message}`, { cause: error });
}

declare const process: { versions?: { node?: string }; getBuiltinModule?: (name: string) => unknown } | undefined;

const isNode = (): boolean => typeof process === 'object' && process.versions?.node !== undefined;

// fetch does not read files, and on Node the package's own program is one.
async function readFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const name = 'node:fs/promises'; // in a variable, and asked of Node first, so that bundlers for pages leave it alone
  const fs = (process?.getBuiltinModule?.(name) ?? await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> };
  try {
    return await fs.readFile(new URL(url));
  } catch (error) {
    throw new UnavailableError('fetch', `${url} could not be read: ${messageOf(error)}`, { cause: error });
  }
}
