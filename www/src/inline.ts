import { createBus as create, pageBus as page, type Bus, type BusOptions, type TopicMap } from 'trolleybus';
import program from 'wasm:gzip';

export * from 'trolleybus';

/**
 * The program, out of this module. Unpacked while it is compiled, and only when Go starts. No `data:` or `blob:` URL, so
 * that the policy of the page need not allow them.
 */
function wasm(): Response {
  const text = atob(program);
  const packed = new Uint8Array(text.length);
  // A loop: Uint8Array.from with a function takes thirty times as long.
  for (let i = 0; i < packed.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Response(packed).body!.pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
}

/** createBus, for where nothing but scripts can be served: unless `wasm` says otherwise, Go comes out of this module. */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  return create<M, R>(inlined(options));
}

/**
 * The one bus of the page, with Go out of this module. Call it before anything else, an adapter say, asks for the bus of
 * the page, since the first call makes it.
 */
export function pageBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  return page<M, R>(inlined(options));
}

// Nothing need wait for this program, as nothing waits for the file: it has no subscribers of its own.
function inlined(options: BusOptions): BusOptions {
  return options.wasm === undefined ? { maxPending: 0, ...options, wasm } : options;
}
