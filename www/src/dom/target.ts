import { isCustomEvent, isEvent } from '../core/brand.js';
import type { BusEvent } from '../core/event.js';
import { show } from '../core/errors.js';
import { isSignal, onAbort } from '../core/signal.js';

/** What the target needs of its bus. */
export interface TargetHost {
  /** Whether users may publish this type: others are events of the target alone. */
  isTopic(type: string): boolean;
  subscribe(topic: string, handler: (data: unknown, event: BusEvent) => void): () => void;
  deliverNow(topic: string, data: unknown, dom: Event): void;
  /** The DOM event that a bus event was dispatched as. */
  domOf(event: BusEvent): Event | undefined;
  /** `event` is that of the bus which a listener failed with, if it came from there. */
  fail(error: unknown, type: string, event: BusEvent | undefined): void;
}

type Listener = EventListenerOrEventListenerObject;

interface Registered {
  /** Set by no call, which a full stack could cut short: who is not is not called. */
  live: boolean;
  readonly listener: Listener;
  readonly native: EventListener;
  readonly capture: boolean;
  readonly signal: AbortSignal | undefined;
  readonly leave: () => void;
}

interface Type {
  registered: Registered[];
  unsubscribe: (() => void) | undefined;
}

/**
 * An EventTarget whose event types are topics. The browser's own EventTarget keeps and calls the listeners, so that
 * their semantics are the DOM's; all listeners of a type are one subscriber of the bus, which ends with the last of them.
 */
export class BusTarget extends EventTarget {
  readonly #types = new Map<string, Type>();
  readonly #host: TargetHost;
  /** What is being dispatched: the bus's event, and what the DOM makes of it. */
  #current: { readonly event: BusEvent; readonly dom: Event } | undefined;

  constructor(host: TargetHost) {
    super();
    this.#host = host;
  }

  override addEventListener(type: string, listener: Listener | null, options?: boolean | AddEventListenerOptions): void {
    type = `${type}`;
    if (!callable(listener) || !this.#host.isTopic(type)) return super.addEventListener(type, listener, options);
    const { capture: capturing, once, passive, signal }: AddEventListenerOptions = dictionary(options);
    const capture = Boolean(capturing);
    if (signal !== undefined && !isSignal(signal)) throw new TypeError(`signal of a listener is ${show(signal)}, not an AbortSignal`);
    if (signal?.aborted) return;
    const leave = () => this.removeEventListener(type, listener, { capture });
    const before = find(this.#types.get(type), listener, capture);
    if (before !== undefined && before.live && !before.signal?.aborted) return;
    if (before !== undefined) leave();
    let known = this.#types.get(type);
    if (known === undefined) this.#types.set(type, known = { registered: [], unsubscribe: undefined });
    const of = known;
    of.unsubscribe ??= this.#host.subscribe(type, (data, event) => {
      if (this.#types.get(type) === of) this.#dispatch(type, data, event);
      else of.unsubscribe!(); // which a full stack has kept from ending
    });
    const native = (event: Event) => {
      if (!registered.live || signal?.aborted) return; // which others hear of before the bus does
      if (once) leave();
      try {
        if (typeof listener === 'function') listener.call(this, event);
        else call(listener, event);
      } catch (error) {
        this.#host.fail(error, type, this.#current?.dom === event ? this.#current.event : undefined);
      }
    };
    const registered = { live: false, listener, native, capture, signal, leave: signal === undefined ? nothing : onAbort(signal, leave) };
    super.addEventListener(type, native, { capture, passive } as AddEventListenerOptions);
    of.registered.push(registered);
    registered.live = true;
  }

  override removeEventListener(type: string, listener: Listener | null, options?: boolean | EventListenerOptions): void {
    type = `${type}`;
    const known = this.#types.get(type);
    const capture = Boolean(dictionary(options).capture);
    const registered = callable(listener) ? find(known, listener, capture) : undefined;
    if (known === undefined || registered === undefined) return super.removeEventListener(type, listener, options);
    registered.live = false;
    super.removeEventListener(type, registered.native, { capture }); // Node understands no boolean
    registered.leave();
    known.registered = known.registered.filter(({ live }) => live);
    if (known.registered.length > 0) return;
    this.#types.delete(type);
    known.unsubscribe!();
  }

  /** Publishes the event and delivers it before it returns, inside whatever is being delivered; false when it was cancelled. */
  override dispatchEvent(event: Event): boolean {
    if (!isEvent(event) || event.eventPhase !== Event.NONE || !this.#host.isTopic(event.type)) return super.dispatchEvent(event);
    this.#host.deliverNow(event.type, isCustomEvent(event) ? event.detail : undefined, event);
    if (!this.#types.has(event.type) && event.target !== this) super.dispatchEvent(event);
    return !event.defaultPrevented;
  }

  close(): void {
    for (const [type, { registered }] of this.#types) for (const { listener, capture } of [...registered]) this.removeEventListener(type, listener, { capture });
  }

  #dispatch(type: string, data: unknown, event: BusEvent): void {
    const outer = this.#current;
    const dom = this.#host.domOf(event) ?? new CustomEvent(type, { detail: data, cancelable: true });
    this.#current = { event, dom };
    try {
      super.dispatchEvent(dom);
    } finally {
      this.#current = outer;
    }
  }
}

// The browser's own `when` would add its listener past the bus.
if ('when' in EventTarget.prototype) {
  Object.defineProperty(BusTarget.prototype, 'when', {
    configurable: true,
    writable: true,
    value(this: BusTarget, type: string, options: object = {}) {
      const { Observable } = globalThis as unknown as { Observable: new (subscribe: (subscriber: { next(event: Event): void; signal: AbortSignal }) => void) => unknown };
      return new Observable((subscriber) => this.addEventListener(type, (event) => subscriber.next(event), { ...options, signal: subscriber.signal }));
    },
  });
}

function callable(listener: unknown): listener is Listener {
  return typeof listener === 'function' || (typeof listener === 'object' && listener !== null);
}

/** As Web IDL reads them: any object, null among them, is a dictionary, anything else is `capture`. */
function dictionary<O extends EventListenerOptions>(options: boolean | O | null | undefined): Partial<O> {
  return options === null ? {} : callable(options) ? options as O : { capture: options } as O;
}

const nothing = (): void => {};

function find(type: Type | undefined, listener: Listener, capture: boolean): Registered | undefined {
  return type?.registered.find((r) => r.listener === listener && r.capture === capture);
}

// The DOM looks handleEvent up at each call.
function call(listener: EventListenerObject, event: Event): void {
  const { handleEvent } = listener;
  if (typeof handleEvent !== 'function') throw new TypeError(`handleEvent of a listener is ${show(handleEvent)}, not a function`);
  handleEvent.call(listener, event);
}
