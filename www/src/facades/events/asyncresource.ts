import { EventEmitter, type Emitter, type EventEmitterOptions } from './emitter.js';
import { builtin, coded } from './errors.js';
import type { Name } from './state.js';

/** What is used of Node's AsyncResource. */
export interface AsyncResource {
  /** Its number. */
  asyncId(): number;
  /** The number of what caused it. */
  triggerAsyncId(): number;
  /** Tells hooks that it is no more. */
  emitDestroy(): unknown;
  /** Calls a function in its context. */
  runInAsyncScope<R>(call: (...parameters: any[]) => R, self: unknown, ...parameters: unknown[]): R;
  /** The emitter whose resource it is. */
  readonly eventEmitter?: EventEmitterAsyncResource;
}

/** Options of an EventEmitterAsyncResource. */
export interface EventEmitterAsyncResourceOptions extends EventEmitterOptions {
  /** The type of the resource; the class's name when left out. */
  name?: string;
  /** The number of what causes it; what is being executed when left out. */
  triggerAsyncId?: number;
  /** Whether `emitDestroy` must be called, instead of the collector's doing; false when left out. */
  requireManualDestroy?: boolean;
}

/** The resource of an emitter; not a method, since getters are called on anything. */
let resourceOf: (emitter: EventEmitterAsyncResource) => AsyncResource;

/** An emitter whose listeners run in an asynchronous context of its own. */
export interface EventEmitterAsyncResource extends Emitter {
  /** Tells hooks that its resource is no more. */
  emitDestroy(): void;
  /** The number of its resource. */
  readonly asyncId: number;
  /** The number of what caused it. */
  readonly triggerAsyncId: number;
  /** Its resource. */
  readonly asyncResource: AsyncResource;
}

/** Makes emitters with an asynchronous context of their own; a class of one's own may extend it. */
export interface EventEmitterAsyncResourceClass {
  /** Such an emitter; a string is its `name`. */
  new (options?: EventEmitterAsyncResourceOptions | string): EventEmitterAsyncResource;
  /** Its methods. */
  prototype: EventEmitterAsyncResource;
}

/**
 * An emitter whose listeners run in an asynchronous context of its own, by Node's `async_hooks`.
 * @throws Error where there is no Node.
 */
export const EventEmitterAsyncResource: EventEmitterAsyncResourceClass = class EventEmitterAsyncResource extends EventEmitter {
  readonly #resource: AsyncResource;

  constructor(options: EventEmitterAsyncResourceOptions | string = {}) {
    const { name, triggerAsyncId, requireManualDestroy, ...rest }: EventEmitterAsyncResourceOptions = typeof options === 'string' ? { name: options } : options;
    super(rest);
    const hooks = builtin<{ AsyncResource: new (type: string, options: object) => AsyncResource }>('async_hooks');
    if (hooks === undefined) throw new Error('EventEmitterAsyncResource needs async_hooks of Node');
    const used = triggerAsyncId === undefined ? { requireManualDestroy } : { requireManualDestroy, triggerAsyncId };
    this.#resource = Object.assign(new hooks.AsyncResource(name ?? new.target.name, used), { eventEmitter: this });
  }

  override emit(type: Name, ...parameters: any[]): boolean {
    return resourceOf(this).runInAsyncScope(super.emit, this, type, ...parameters);
  }

  emitDestroy(): void { resourceOf(this).emitDestroy(); }
  get asyncId(): number { return resourceOf(this).asyncId(); }
  get triggerAsyncId(): number { return resourceOf(this).triggerAsyncId(); }
  get asyncResource(): AsyncResource { return resourceOf(this); }

  static {
    resourceOf = (emitter) => {
      if (#resource in emitter) return emitter.#resource;
      throw coded(new TypeError('Value of "this" must be of type EventEmitterAsyncResource'), 'ERR_INVALID_THIS');
    };
  }
};
