import { disposable } from './disposable.js';
import { OptionError } from './errors.js';
import type { BusEvent } from './event.js';
import { checkPattern } from './grammar.js';
import type { Observers } from './observers.js';
import { onAbort } from './signal.js';
import type { Places } from './places.js';
import type { Registry } from './registry.js';
import { NOBODY } from './route.js';
import type { Deliver, PolicyRunner, Subscription } from './subscription.js';
import type { Handler, HandlerFunction, SubscribeOptions, Unsubscribe } from './types.js';

/** Who gets the events: a handler, a responder, or the queue of an iterator. */
export type Kind = 'handler' | 'responder' | 'queue';

/** What a subscription needs of its bus. */
export interface SubscribeHost {
  readonly registry: Registry;
  readonly places: Places;
  readonly observers: Observers;
  /** Throws if the bus has been closed. */
  open(): void;
  /** Why Go can't be had. */
  readonly unavailable: Error | undefined;
  /** What the page does for subscriptions that an element owns. */
  readonly owner: {
    isAttached(owner: Node): boolean;
    /** Calls `end` when it has been taken out of the document; the result stops watching. */
    whenRemoved(owner: Node, end: () => void): () => void;
  };
}

/** Subscribes and returns the handle; a subscription without options is a bare function in its routes. `options` have been read. */
export function subscribeTo(host: SubscribeHost, pattern: string, handler: Handler<any>, options: SubscribeOptions | undefined, ended?: () => void, kind: Kind = 'handler', made?: (subscription: Subscription) => void): Unsubscribe {
  const called = toFunction(handler), { registry, places } = host, responder = kind === 'responder';
  let runner: PolicyRunner | undefined;
  if (options !== undefined) {
    checkPattern(pattern);
    runner = places.policies?.runnerFor(options, called);
    host.open(); // a storage may have closed it
    if (options.replay !== undefined) {
      if (options.queue !== undefined) throw new OptionError('subscribe option replay', 'no queue with it', options.replay);
      if (host.unavailable !== undefined) throw host.unavailable;
      places.keeping!.check(pattern);
    }
  }
  const subscription = registry.add(pattern, options?.name, runner?.number ? runner : undefined, responder);
  made?.(subscription);
  try {
    const end = (): void => {
      registry.remove(subscription);
      runner?.stop();
    };
    // What goes into a queue has not been handled.
    if (kind === 'handler' && runner === undefined) subscription.bare = called;
    if (options === undefined) subscription.deliver = responder ? places.requests!.responder(called, subscription, (call) => call) : called;
    else equip(subscription, called, options, runner, host, end, ended);
    return disposable(end);
  } catch (error) {
    // Without a call, for which a full stack has no room. The next look-up ends it.
    const { dispatcher } = registry;
    subscription.active = false;
    dispatcher.torn = true;
    dispatcher.last = NOBODY;
    throw error;
  }
}

/** Gives a subscription what its options ask for. */
function equip(subscription: Subscription, called: Deliver, options: SubscribeOptions, runner: PolicyRunner | undefined, host: SubscribeHost, end: () => void, ended: (() => void) | undefined): void {
  const { once = false, signal, filter, owner, replay } = options, { responder } = subscription;
  const ends: (() => void)[] = ended === undefined ? [] : [ended];
  const cleanup = (): void => ends.forEach((end) => end());
  subscription.cleanup = runner === undefined ? cleanup : () => runner.left(cleanup);
  const wants = condition(filter, owner, host);
  const wanted = (call: Deliver): Deliver => conditional(subscription, call, wants, once && runner === undefined ? end : undefined, host.observers);
  subscription.deliver = responder ? host.places.requests!.responder(called, subscription, wanted) : wanted(runner?.deliver ?? called);
  if (runner !== undefined) {
    runner.subscription = subscription;
    runner.wants = wants;
  }
  if (signal !== undefined && !signal.aborted) ends.push(onAbort(signal, end));
  if (owner !== undefined) ends.push(host.owner.whenRemoved(owner, end));
  if (runner !== undefined && runner.number !== 0) runner.introduce();
  if (signal?.aborted) end();
  else if (replay !== undefined) host.places.keeping!.begin(subscription, subscription.replay = replay, options.overflow ?? {});
}

/** A handler as a function. */
export function toFunction(handler: Handler<any>): Deliver {
  if (typeof handler === 'function') return handler as HandlerFunction<any>;
  if (typeof handler !== 'object' || handler === null) throw new OptionError('handler', 'a function or an object with handleEvent', handler);
  // Looked up at each call, as the DOM does.
  return (data, event) => handler.handleEvent(data, event);
}

/** Which events a subscriber wants; undefined: all. */
function condition(filter: SubscribeOptions['filter'], owner: Node | undefined, host: SubscribeHost): SubscribeOptions['filter'] {
  if (owner === undefined) return filter;
  const { isAttached } = host.owner;
  let attached = isAttached(owner);
  return (data, event) => {
    if (isAttached(owner)) attached = true;
    else if (attached) return false; // removed, and the observer has not been called yet
    return filter === undefined || filter(data, event);
  };
}

// The filter may have ended the subscription, or have let another event go by that was its one (`bus.target` is depth-first).
function conditional(at: Subscription, call: Deliver, wants: SubscribeOptions['filter'], end: (() => void) | undefined, observers: Observers): Deliver {
  if (wants === undefined && end === undefined) return call;
  return (data, event: BusEvent) => {
    if (wants !== undefined && !wants(data, event) || !at.active) return undefined;
    end?.();
    return observers.any ? observers.call(call, at, data, event) : call(data, event);
  };
}
