import { addAbortListener, on, once } from './async.js';
import { EventEmitterAsyncResource } from './asyncresource.js';
import { EventEmitter as Emitter, errorMonitor, type EventEmitterOptions, type EventMap } from './emitter.js';
import { builtin, checkBoolean, checkCount, invalidType } from './errors.js';
import { defaults, rejection, type Name } from './state.js';

export { addAbortListener, errorMonitor, EventEmitterAsyncResource, on, once };
export type { AsyncResource, EventEmitterAsyncResourceOptions } from './asyncresource.js';
export type { EventEmitterOptions, EventMap };
export type { FacadeOptions } from '../channel.js';
export type { OnceOptions, OnOptions } from './async.js';
export const captureRejectionSymbol: typeof rejection = rejection;
export const usingDomains = false;

/** What Node knows of its EventTargets; browsers tell nothing of theirs. */
interface OfTargets {
  getEventListeners(target: EventTarget, type: Name): Function[];
  getMaxListeners(target: EventTarget): number;
  setMaxListeners(n: number, target: EventTarget): void;
}

function ofTarget(target: unknown): OfTargets {
  const node = target instanceof EventTarget ? builtin<OfTargets>('events') : undefined;
  if (node === undefined) throw invalidType('emitter', 'an instance of EventEmitter or EventTarget', target);
  return node;
}

/** Whether it is an emitter, by the method that is wanted, as Node decides. */
const has = <K extends keyof Emitter>(emitter: unknown, method: K): emitter is Pick<Emitter, K> => typeof (emitter as Emitter | undefined)?.[method] === 'function';

/** The listeners of an emitter, and in Node of an EventTarget. */
export function getEventListeners(emitter: Emitter | EventTarget, type: Name): Function[] {
  return has(emitter, 'listeners') ? emitter.listeners(type) : ofTarget(emitter).getEventListeners(emitter, type);
}

export function getMaxListeners(emitter: Emitter | EventTarget): number {
  return has(emitter, 'getMaxListeners') ? emitter.getMaxListeners() : ofTarget(emitter).getMaxListeners(emitter);
}

/** Sets the limit of some emitters, or of all that have none of their own. */
export function setMaxListeners(n: number = defaults.max, ...emitters: (Emitter | EventTarget)[]): void {
  checkCount('setMaxListeners', n);
  if (emitters.length === 0) defaults.max = n;
  for (const emitter of emitters) {
    if (has(emitter, 'setMaxListeners')) emitter.setMaxListeners(n);
    else ofTarget(emitter).setMaxListeners(n, emitter);
  }
}

export function listenerCount(emitter: Emitter | EventTarget, type: Name): number {
  if (has(emitter, 'listenerCount')) return emitter.listenerCount(type);
  return emitter instanceof EventTarget ? getEventListeners(emitter, type).length : Emitter.prototype.listenerCount.call(emitter as Emitter, type);
}

const statics = { addAbortListener, captureRejectionSymbol, errorMonitor, getEventListeners, getMaxListeners, listenerCount, on, once, setMaxListeners, usingDomains, EventEmitter: Emitter, EventEmitterAsyncResource };

export interface EventEmitter<T extends EventMap<T> = any> extends Emitter<T> {}
export const EventEmitter = Object.defineProperties(Object.assign(Emitter, statics), {
  defaultMaxListeners: {
    enumerable: true,
    get: () => defaults.max,
    set(n: number) {
      checkCount('defaultMaxListeners', n);
      defaults.max = n;
    },
  },
  captureRejections: {
    enumerable: true,
    get: () => defaults.captures,
    set(value: boolean) {
      checkBoolean('EventEmitter.captureRejections', value);
      defaults.captures = value;
    },
  },
}) as typeof Emitter & typeof statics & { defaultMaxListeners: number; captureRejections: boolean };

export default EventEmitter;
// What `require` of this module gives, as that of Node's does.
export { EventEmitter as 'module.exports' };
