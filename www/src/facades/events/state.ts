import type { FacadeOptions } from '../channel.js';
import { Channel } from '../channel.js';

export type Name = string | symbol;

/** A listener as it is called; one for `once` knows the function that it stands for. */
export interface Listener {
  (...parameters: any[]): unknown;
  listener?: (...parameters: any[]) => unknown;
}

/** The listeners of one event, and whether there has been a warning that they are many. */
export type Listeners = Listener[] & { warned?: boolean };

/** What an emitter has. */
export interface State {
  readonly listeners: Map<Name, Listeners>;
  readonly channel: Channel;
  max: number | undefined;
  captures: boolean;
}

const STATE = Symbol('trolleybus');

/** The state of an emitter; made when it is first used, since some never call the constructor, or are made of others. */
export function stateOf(emitter: object, options: FacadeOptions & { captures?: boolean } = {}): State {
  const holder = emitter as { [STATE]?: State };
  if (Object.hasOwn(holder, STATE)) return holder[STATE]!;
  const weak = new WeakRef(emitter);
  const state: State = {
    listeners: new Map(),
    channel: new Channel('events', options, (name, data) => {
      const target = weak.deref();
      if (target !== undefined) call(target, name, Array.isArray(data) ? data : [data]);
    }),
    max: undefined,
    captures: options.captures ?? defaults.captures,
  };
  Object.defineProperty(holder, STATE, { value: state });
  return state;
}

/** What holds for all emitters that say nothing else. */
export const defaults = { max: 10, captures: false };

export const rejection: unique symbol = Symbol.for('nodejs.rejection') as never;

/** Names of events are keys of properties in Node. */
export const nameOf = (type: unknown): Name => typeof type === 'symbol' ? type : String(type);

/** Calls the listeners that there are now, as methods of the emitter. What one throws is the caller's. */
export function call(emitter: object, name: Name, parameters: readonly unknown[]): void {
  const { listeners, captures } = stateOf(emitter);
  const list = listeners.get(name);
  if (list === undefined) return;
  if (list.length === 1) return settle(emitter, Reflect.apply(list[0]!, emitter, parameters), name, parameters, captures);
  for (const listener of list.slice()) settle(emitter, Reflect.apply(listener, emitter, parameters), name, parameters, captures);
}

/** With `captureRejections`: what a listener's promise is rejected with is the emitter's error. */
function settle(emitter: object, result: unknown, name: Name, parameters: readonly unknown[], captures: boolean): void {
  if (!captures || result === undefined || result === null) return;
  const { emit } = emitter as { emit(type: Name, ...parameters: unknown[]): boolean };
  try {
    const { then } = result as { then?: unknown };
    if (typeof then === 'function') then.call(result, undefined, (error: unknown) => next(() => reject(emitter, error, name, parameters)));
  } catch (error) {
    emit.call(emitter, 'error', error);
  }
}

function reject(emitter: any, error: unknown, name: Name, parameters: readonly unknown[]): void {
  if (typeof emitter[rejection] === 'function') return emitter[rejection](error, name, ...parameters);
  const state = stateOf(emitter), before = state.captures;
  state.captures = false; // an error of the error's listeners would come here for ever
  try {
    emitter.emit('error', error);
  } finally {
    state.captures = before;
  }
}

interface NodeProcess {
  nextTick?(call: () => void): void;
  emitWarning?(warning: Error): void;
}

const { process } = globalThis as { process?: NodeProcess };

/** Behind everything of now: Node's tick, or a microtask. */
export function next(work: () => void): void {
  if (typeof process?.nextTick === 'function') process.nextTick(work);
  else queueMicrotask(work);
}

export function warn(warning: Error): void {
  if (typeof process?.emitWarning === 'function') process.emitWarning(warning);
  else console.warn(warning);
}
