import { OptionError } from './errors.js';
import type { BusEvent } from './event.js';
import { checkPattern } from './grammar.js';
import { isAttached, whenRemoved } from './owner.js';
import { Managed, type ManagedHost } from './managed.js';
import { onAbort } from './signal.js';
import { begin, checkNested } from './replay.js';
import type { Registry } from './registry.js';
import { NOBODY } from './route.js';
import type { Deliver, Subscription } from './subscription.js';
import type { Handler, HandlerFunction, SubscribeOptions, Unsubscribe } from './types.js';

/** Subscribes and returns the handle; a subscription without options is a bare function in its routes. `options` have been read. */
export function subscribeTo(registry: Registry, host: ManagedHost, pattern: string, handler: Handler<any>, options: SubscribeOptions | undefined, ended?: () => void, responder = false): Unsubscribe {
  const called = toFunction(handler);
  let managed: Managed | undefined, inGo = false;
  if (options !== undefined) {
    checkPattern(pattern);
    inGo = POLICIES.some((policy) => options[policy] !== undefined && options[policy] !== false && (policy !== 'overflow' || options.replay === undefined));
    if (inGo || options.timeout !== undefined) {
      checkTogether(options);
      if (inGo && host.unavailable !== undefined) throw host.unavailable;
      managed = new Managed(inGo ? registry.nextManaged() : 0, options, called, host, registry);
      host.open(); // a storage may have closed it
    }
    if (options.replay !== undefined) {
      if (options.queue !== undefined) throw new OptionError('subscribe option replay', 'no queue with it', options.replay);
      if (host.unavailable !== undefined) throw host.unavailable;
      checkNested(host, pattern);
    }
  }
  const subscription = registry.add(pattern, options?.name, inGo ? managed : undefined, responder);
  try {
    const end = (): void => {
      registry.remove(subscription);
      managed?.stop();
    };
    if (options === undefined) subscription.deliver = responder ? asked(answering(called, subscription)) : called;
    else equip(subscription, called, options, managed, host, end, ended);
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
function equip(subscription: Subscription, called: Deliver, options: SubscribeOptions, managed: Managed | undefined, host: ManagedHost, end: () => void, ended: (() => void) | undefined): void {
  const { once = false, signal, filter, owner, replay } = options, { responder } = subscription;
  const ends: (() => void)[] = ended === undefined ? [] : [ended];
  const cleanup = (): void => ends.forEach((end) => end());
  subscription.cleanup = managed === undefined ? cleanup : () => managed.left(cleanup);
  const call = responder ? answering(called, subscription) : managed?.deliver ?? called;
  const wants = condition(filter, owner);
  const deliver = conditional(subscription, call, wants, once && managed === undefined ? end : undefined);
  subscription.deliver = responder ? asked(deliver) : deliver;
  if (managed !== undefined) {
    managed.subscription = subscription;
    managed.wants = wants;
  }
  if (signal !== undefined && !signal.aborted) ends.push(onAbort(signal, end));
  if (owner !== undefined) ends.push(whenRemoved(owner, end));
  if (managed !== undefined && managed.number !== 0) managed.introduce();
  if (signal?.aborted) end();
  else if (replay !== undefined) begin(subscription, subscription.replay = replay, options.overflow ?? {}, host);
}

/** What Go decides on. */
const POLICIES = ['retry', 'dedupe', 'queue', 'concurrency', 'debounce', 'throttle', 'frame', 'coalesce', 'overflow'] as const;

function checkTogether({ name, dedupe, concurrency, coalesce, overflow, debounce, throttle, frame, retry, replay }: SubscribeOptions): void {
  if (dedupe?.store !== undefined && !name) throw new OptionError('subscribe option dedupe.store', 'a name with it', dedupe.store);
  const [pace, another] = Object.entries({ debounce, throttle, frame: frame || undefined }).filter(([, value]) => value !== undefined);
  if (another !== undefined) throw new OptionError(`subscribe option ${another[0]}`, `no ${pace![0]} with it`, another[1]);
  const queued = concurrency !== undefined || pace !== undefined;
  if (coalesce && !queued) throw new OptionError('subscribe option coalesce', 'concurrency, debounce, throttle or frame with it', coalesce);
  if (overflow !== undefined && !queued && !retry?.key && replay === undefined) throw new OptionError('subscribe option overflow', 'concurrency, debounce, throttle, frame or retry.key with it', overflow);
}

/** A handler as a function. */
export function toFunction(handler: Handler<any>): Deliver {
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

/** Which events a subscriber wants; undefined: all. */
function condition(filter: SubscribeOptions['filter'], owner: Node | undefined): SubscribeOptions['filter'] {
  if (owner === undefined) return filter;
  let attached = isAttached(owner);
  return (data, event) => {
    if (isAttached(owner)) attached = true;
    else if (attached) return false; // removed, and the observer has not been called yet
    return filter === undefined || filter(data, event);
  };
}

// The filter may have ended the subscription, or have let another event go by that was its one (`bus.target` is depth-first).
function conditional(at: Subscription, call: Deliver, wants: SubscribeOptions['filter'], end: (() => void) | undefined): Deliver {
  if (wants === undefined && end === undefined) return call;
  return (data, event: BusEvent) => {
    if (wants !== undefined && !wants(data, event) || !at.active) return undefined;
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
