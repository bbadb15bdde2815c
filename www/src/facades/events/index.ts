import { isEventTarget } from '../../core/brand.js';
import { addAbortListener, on, once } from './async.js';
import { EventEmitterAsyncResource, type EventEmitterAsyncResourceClass } from './asyncresource.js';
import { EventEmitter as Made, errorMonitor, type Emitter, type EmitterClass, type EventMap } from './emitter.js';
import { builtin, checkBoolean, checkCount, invalidType } from './errors.js';
import { defaults, rejection, type Name } from './state.js';

export { addAbortListener, errorMonitor, EventEmitterAsyncResource, on, once };
export type { AsyncResource, EventEmitterAsyncResourceClass, EventEmitterAsyncResourceOptions } from './asyncresource.js';
export type { EventEmitterOptions, EventMap } from './emitter.js';

/** An emitter with the API of Node's `events`. `T` has the arguments of its events, by their names. */
export interface EventEmitter<T extends EventMap<T> = any> extends Emitter<T> {}

/** Makes emitters; a class of one's own may extend it. The functions of the module are its members, as in Node. */
export interface EventEmitterClass extends EmitterClass {
  /** See the export of this name. */
  readonly addAbortListener: typeof addAbortListener;
  /** See the export of this name. */
  readonly captureRejectionSymbol: symbol;
  /** See the export of this name. */
  readonly errorMonitor: symbol;
  /** See the export of this name. */
  readonly getEventListeners: typeof getEventListeners;
  /** See the export of this name. */
  readonly getMaxListeners: typeof getMaxListeners;
  /** See the export of this name. */
  readonly listenerCount: typeof listenerCount;
  /** See the export of this name. */
  readonly on: typeof on;
  /** See the export of this name. */
  readonly once: typeof once;
  /** See the export of this name. */
  readonly setMaxListeners: typeof setMaxListeners;
  /** See the export of this name. */
  readonly usingDomains: boolean;
  /** Itself. */
  readonly EventEmitter: EventEmitterClass;
  /** See the export of this name. */
  readonly EventEmitterAsyncResource: EventEmitterAsyncResourceClass;
}

/**
 * Node's EventEmitter on a bus: `new EventEmitter({ topic: 'server' })` has the topics `server.<name>`, and the data of its
 * events are arrays of arguments. Listeners are called at once, in each other, and `emit` throws what they throw.
 */
export const EventEmitter = Made as EventEmitterClass;
export type { FacadeOptions } from '../channel.js';
export type { OnceOptions, OnOptions } from './async.js';
/** The name of the method that gets what a listener's promise was rejected with. */
export const captureRejectionSymbol: typeof rejection = rejection;
/** Node's `domain` is not used. */
export const usingDomains = false;

/** What Node knows of its EventTargets; browsers tell nothing of theirs. */
interface OfTargets {
  getEventListeners(target: EventTarget, type: Name): Function[];
  getMaxListeners(target: EventTarget): number;
  setMaxListeners(n: number, target: EventTarget): void;
}

function ofTarget(target: unknown): OfTargets {
  const node = isEventTarget(target) ? builtin<OfTargets>('events') : undefined;
  if (node === undefined) throw invalidType('emitter', 'an instance of EventEmitter or EventTarget', target);
  return node;
}

/** Whether it is an emitter, by the method that is wanted, as Node decides. */
const has = <K extends keyof EventEmitter>(emitter: unknown, method: K): emitter is Pick<EventEmitter, K> => typeof (emitter as EventEmitter | undefined)?.[method] === 'function';

/** The listeners of an emitter, and in Node of an EventTarget. */
export function getEventListeners(emitter: EventEmitter | EventTarget, type: Name): Function[] {
  return has(emitter, 'listeners') ? emitter.listeners(type) : ofTarget(emitter).getEventListeners(emitter, type);
}

/** The number of listeners of one event above which there is a warning. */
export function getMaxListeners(emitter: EventEmitter | EventTarget): number {
  return has(emitter, 'getMaxListeners') ? emitter.getMaxListeners() : ofTarget(emitter).getMaxListeners(emitter);
}

/** Sets the limit of some emitters, or of all that have none of their own. */
export function setMaxListeners(n: number = defaults.max, ...emitters: (EventEmitter | EventTarget)[]): void {
  checkCount('setMaxListeners', n);
  if (emitters.length === 0) defaults.max = n;
  for (const emitter of emitters) {
    if (has(emitter, 'setMaxListeners')) emitter.setMaxListeners(n);
    else ofTarget(emitter).setMaxListeners(n, emitter);
  }
}

/** How many listeners an event of an emitter has, and in Node of an EventTarget. */
export function listenerCount(emitter: EventEmitter | EventTarget, type: Name): number {
  if (has(emitter, 'listenerCount')) return emitter.listenerCount(type);
  return isEventTarget(emitter) ? getEventListeners(emitter, type).length : EventEmitter.prototype.listenerCount.call(emitter as EventEmitter, type);
}

Object.assign(EventEmitter, { addAbortListener, captureRejectionSymbol, errorMonitor, getEventListeners, getMaxListeners, listenerCount, on, once, setMaxListeners, usingDomains, EventEmitter, EventEmitterAsyncResource });
Object.defineProperties(EventEmitter, {
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
});

export default EventEmitter;
// What `require` of this module gives, as that of Node's does.
export { EventEmitter as 'module.exports' };
