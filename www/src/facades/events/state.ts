import { say } from '../../core/console.js';
import type { FacadeOptions } from '../channel.js';
import { Channel } from '../channel.js';

/** Names of events. */
export type Name = string | symbol;

/** A listener as it is called; one for `once` knows the function that it stands for. */
export interface Listener {
  (...parameters: any[]): unknown;
  listener?: (...parameters: any[]) => unknown;
}

/** Several listeners of one event, and whether there has been a warning that they are many. */
export type Listeners = Listener[] & { warned?: boolean };

/** By name, in the order of an object's keys. Without a prototype. */
export type Events = Record<Name, Listener | Listeners>;

/** What an emitter has. As Node does, it takes another object for `events` when they are all gone, and keeps one listener bare. */
export interface State {
  events: Events;
  /** How many names `events` has. */
  count: number;
  readonly channel: Channel;
  max: number | undefined;
  captures: boolean;
}

const STATE = Symbol('trolleybus');

/** The state of an emitter; made when it is first used, since some never call the constructor. As in Node, these share that of their prototype. */
export function stateOf(emitter: object): State {
  return (emitter as { [STATE]?: State })[STATE] ?? initialize(emitter, {});
}

/** What the constructor does. */
export function initialize(emitter: object, options: FacadeOptions, captures = defaults.captures): State {
  const holder = emitter as { [STATE]?: State };
  if (Object.hasOwn(holder, STATE)) return holder[STATE]!;
  const state: State = {
    events: noEvents(),
    count: 0,
    channel: new Channel('events', options, (name, data, self = emitter) => {
      if (self !== null) call(self, state, name, Array.isArray(data) ? data : [data]);
    }, () => Reflect.ownKeys(state.events)),
    max: undefined,
    captures,
  };
  Object.defineProperty(holder, STATE, { value: state });
  return state;
}

export const noEvents = (): Events => Object.create(null) as Events;

/** What holds for all emitters that say nothing else. */
export const defaults = { max: 10, captures: false };

/** The name of the method that gets what a listener's promise was rejected with: `Symbol.for('nodejs.rejection')`. */
export const rejection: unique symbol = Symbol.for('nodejs.rejection') as never;

/** Names of events are keys of properties in Node. */
export const nameOf = (type: unknown): Name => typeof type === 'string' || typeof type === 'symbol' ? type : Reflect.ownKeys({ [type as Name]: 0 })[0]!;

/** Calls the listeners that there are now, as methods of the emitter. What one throws is the caller's. */
function call(emitter: object, state: State, name: Name, parameters: readonly unknown[]): void {
  const list = state.events[name];
  if (list === undefined) return;
  if (typeof list === 'function') return settle(emitter, Reflect.apply(list, emitter, parameters), name, parameters, state);
  for (const listener of list.slice()) settle(emitter, Reflect.apply(listener, emitter, parameters), name, parameters, state);
}

/** With `captureRejections`: what a listener's promise is rejected with is the emitter's error. */
function settle(emitter: object, result: unknown, name: Name, parameters: readonly unknown[], { captures }: State): void {
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
  else say('warn', warning);
}
