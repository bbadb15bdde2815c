import { OptionError } from './errors.js';
import type { BusEvent } from './event.js';
import { checkOptions } from './options.js';
import { whenRemoved } from './owner.js';
import type { Registry } from './registry.js';
import type { Deliver, Subscription } from './subscription.js';
import type { Handler, HandlerFunction, SubscribeOptions, Unsubscribe } from './types.js';

/** Subscribes and returns the handle; a subscription without options is a bare function in its routes. */
export function subscribeTo(registry: Registry, pattern: string, handler: Handler<any>, options: SubscribeOptions | undefined, responder = false): Unsubscribe {
  const called = toFunction(handler);
  if (options === undefined) {
    const subscription = registry.add(pattern, undefined, responder);
    subscription.deliver = responder ? asked(answering(called, subscription)) : called;
    return disposable(() => registry.remove(subscription));
  }
  checkOptions('subscribe', options);
  const { once = false, signal, filter, name, owner } = options;
  const subscription = registry.add(pattern, name, responder);
  const end = (): void => registry.remove(subscription);
  const deliver = conditional(responder ? answering(called, subscription) : called, filter, once ? end : undefined, owner);
  subscription.deliver = responder ? asked(deliver) : deliver;
  const ends: (() => void)[] = [];
  if (signal !== undefined) {
    signal.addEventListener('abort', end, { once: true });
    ends.push(() => signal.removeEventListener('abort', end));
  }
  if (owner !== undefined) ends.push(whenRemoved(owner, end));
  if (ends.length > 0) subscription.cleanup = () => ends.forEach((end) => end());
  if (signal?.aborted) end();
  return disposable(end);
}

function toFunction(handler: Handler<any>): Deliver {
  if (typeof handler === 'function') return handler as HandlerFunction<any>;
  if (typeof handler !== 'object' || handler === null) throw new OptionError('handler', 'a function or an object with handleEvent', handler);
  // Looked up at each call, as the DOM does.
  return (data, event) => handler.handleEvent(data, event);
}

/** Hands a request's answer to it. */
function answering(respond: Deliver, at: Subscription): Deliver {
  return (data, event) => event.exchange!.ask(at, respond, data, event);
}

/** Turns away what asks nothing, or nothing any more. */
export function asked(deliver: Deliver): Deliver {
  return (data, event) => event.exchange === undefined || event.exchange.done ? undefined : deliver(data, event);
}

function conditional(call: Deliver, filter: SubscribeOptions['filter'], end: (() => void) | undefined, owner: Node | undefined): Deliver {
  if (filter === undefined && end === undefined && owner === undefined) return call;
  let attached = owner?.isConnected ?? false;
  return (data, event: BusEvent) => {
    if (owner !== undefined) {
      if (owner.isConnected) attached = true;
      else if (attached) return undefined; // removed, and the observer has not been called yet
    }
    if (filter !== undefined && !filter(data, event)) return undefined;
    end?.();
    return call(data, event);
  };
}

// Where the symbol does not exist yet, the polyfills' one is not known here either.
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

export function disposable(end: () => void): Unsubscribe {
  const off = end as Unsubscribe;
  off[DISPOSE] = end;
  return off;
}
