import { EventEmitter, type EventEmitterOptions } from './emitter.js';
import { builtin, coded } from './errors.js';
import type { Name } from './state.js';

/** What is used of Node's AsyncResource. */
export interface AsyncResource {
  asyncId(): number;
  triggerAsyncId(): number;
  emitDestroy(): unknown;
  runInAsyncScope<R>(call: (...parameters: any[]) => R, self: unknown, ...parameters: unknown[]): R;
  readonly eventEmitter?: EventEmitterAsyncResource;
}

export interface EventEmitterAsyncResourceOptions extends EventEmitterOptions {
  /** The type of the resource; the class's name when left out. */
  name?: string;
  triggerAsyncId?: number;
  requireManualDestroy?: boolean;
}

/** The resource of an emitter; not a method, since getters are called on anything. */
let resourceOf: (emitter: EventEmitterAsyncResource) => AsyncResource;

/**
 * An emitter whose listeners run in an asynchronous context of its own, by Node's `async_hooks`.
 * @throws Error where there is no Node.
 */
export class EventEmitterAsyncResource extends EventEmitter {
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
}
