import { isError, isNode } from '../../core/brand.js';
import { callTarget } from '../../dom/nodes.js';
import type { Emitter } from './emitter.js';
import { AbortError, builtin, checkCount, checkListener, checkSignal, invalidType } from './errors.js';
import { nameOf, type Name } from './state.js';

interface Minimal {
  on(type: Name, listener: (...parameters: any[]) => void): unknown;
  once?(type: Name, listener: (...parameters: any[]) => void): unknown;
  removeListener(type: Name, listener: (...parameters: any[]) => void): unknown;
}

/** Listens to an emitter or an EventTarget; the result ends it. */
function listen(source: Minimal | EventTarget, type: Name, listener: (...parameters: any[]) => void, once = false): () => void {
  if (typeof (source as Minimal).on === 'function') {
    const emitter = source as Minimal;
    if (once && typeof emitter.once === 'function') emitter.once(type, listener);
    else emitter.on(type, listener);
    return () => void emitter.removeListener(type, listener);
  }
  if (!isNode(source) && typeof (source as EventTarget)?.addEventListener !== 'function') throw invalidType('emitter', 'an instance of EventEmitter', source);
  const target = source as EventTarget;
  callTarget(target, 'addEventListener', type as string, listener, { once });
  return () => callTarget(target, 'removeEventListener', type as string, listener);
}

/**
 * Calls a listener when a signal aborts; disposing of the result ends that. In Node also where another listener stops
 * the event.
 */
export function addAbortListener(signal: AbortSignal, listener: (event: Event) => void): Disposable {
  if (signal === undefined) throw invalidType('signal', 'an instance of AbortSignal', signal);
  checkSignal(signal, 'signal');
  checkListener(listener);
  const node = builtin<{ addAbortListener?(signal: AbortSignal, listener: (event: Event) => void): Disposable }>('events');
  if (node?.addAbortListener) return node.addAbortListener(signal, listener);
  let end = (): void => {};
  if (signal.aborted) queueMicrotask(() => listener(new Event('abort')));
  else {
    signal.addEventListener('abort', listener, { once: true });
    end = () => signal.removeEventListener('abort', listener);
  }
  return { [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: end } as Disposable;
}

function whenAborted(signal: AbortSignal, call: () => void): () => void {
  const listener = addAbortListener(signal, call) as unknown as Record<symbol, () => void>;
  return () => (listener[Symbol.dispose] ?? listener[Symbol.for('Symbol.dispose')] ?? listener[Object.getOwnPropertySymbols(listener)[0]!])!.call(listener);
}

/** Options of `once`. */
export interface OnceOptions {
  /** Rejects the promise when it aborts. */
  signal?: AbortSignal;
}

/** The arguments of the next event, as a promise. An `error` event rejects it, and so does the signal. */
export async function once(emitter: Emitter | EventTarget, type: Name, options?: OnceOptions | null): Promise<any[]> {
  const { signal } = options ?? {};
  checkSignal(signal);
  if (signal?.aborted) throw new AbortError(signal.reason);
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = [];
    const settle = (how: () => void): void => {
      for (const end of ends) end();
      how();
    };
    ends.push(listen(emitter, type, (...parameters) => settle(() => resolve(parameters)), true));
    if (nameOf(type) !== 'error' && typeof (emitter as Emitter).on === 'function') {
      ends.push(listen(emitter, 'error', (error) => settle(() => reject(error)), true));
    }
    if (signal !== undefined) ends.push(whenAborted(signal, () => settle(() => reject(new AbortError(signal.reason)))));
  });
}

/** Options of `on`. */
export interface OnOptions {
  /** Ends the iteration with an error when it aborts. */
  signal?: AbortSignal;
  /** Names of events that end the iteration. */
  close?: string[];
  /** An emitter that can be paused is, above so many waiting events; 2^53 - 1 when left out. */
  highWaterMark?: number;
  /** Below so many it is resumed; 1 when left out. */
  lowWaterMark?: number;
}

/** The arguments of the events as they come, for `for await`. An `error` event is thrown. */
export function on(emitter: Emitter | EventTarget, type: Name, options: OnOptions = {}): AsyncIterableIterator<any[]> {
  if (typeof options !== 'object' || options === null) throw invalidType('options', 'of type object', options);
  const { signal, close, highWaterMark = Number.MAX_SAFE_INTEGER, lowWaterMark = 1 } = options;
  checkSignal(signal);
  if (signal?.aborted) throw new AbortError(signal.reason);
  for (const [name, mark] of Object.entries({ 'options.highWaterMark': highWaterMark, 'options.lowWaterMark': lowWaterMark })) checkCount(name, mark);
  const waiting: any[][] = [];
  const asked: { resolve(result: IteratorResult<any[]>): void; reject(error: unknown): void }[] = [];
  let failure: { error: unknown } | undefined;
  let finished = false, paused = false;
  const ends: (() => void)[] = [];
  const finish = (): Promise<IteratorResult<any[]>> => {
    for (const end of ends.splice(0)) end();
    finished = true;
    for (const { resolve } of asked.splice(0)) resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };
  const fail = (error: unknown): void => {
    const first = asked.shift();
    if (first === undefined) failure = { error };
    else first.reject(error);
    void finish();
  };
  const take = (...parameters: any[]): void => {
    const first = asked.shift();
    if (first !== undefined) return first.resolve({ value: parameters, done: false });
    waiting.push(parameters);
    if (!paused && waiting.length > highWaterMark && 'pause' in emitter) {
      paused = true;
      (emitter as unknown as { pause(): void }).pause();
    }
  };
  ends.push(listen(emitter, type, take));
  if (nameOf(type) !== 'error' && typeof (emitter as Emitter).on === 'function') ends.push(listen(emitter, 'error', fail));
  // As in Node: what has no length says none.
  for (let i = 0; i < (close?.length ?? 0); i++) ends.push(listen(emitter, close![i]!, () => void finish()));
  if (signal !== undefined) ends.push(whenAborted(signal, () => fail(new AbortError(signal.reason))));
  return {
    next() {
      const value = waiting.shift();
      if (value !== undefined) {
        if (paused && waiting.length < lowWaterMark) {
          paused = false;
          (emitter as unknown as { resume(): void }).resume();
        }
        return Promise.resolve({ value, done: false });
      }
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (finished) return finish();
      return new Promise((resolve, reject) => asked.push({ resolve, reject }));
    },
    return: finish,
    throw(error) {
      if (!isError(error)) throw invalidType('EventEmitter.AsyncIterator', 'an instance of Error', error);
      fail(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() { return this; },
  };
}

