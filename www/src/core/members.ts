import { observe as OBSERVE } from '../../../bus/options.json';
import type { BusEvent } from './event.js';
import type { PublishOptions } from './event-fields.js';
import { fillIn } from './absent.js';
import { OptionError } from './errors.js';
import { checkTopic } from './grammar.js';
import { FOLLOW, DEPTH_FIRST } from './internal.js';
import { EventIterator } from './iterator.js';
import type { Kernel } from './kernel.js';
import type { Observer } from './observer-types.js';
import { readOptions } from './options.js';
import { disposable, subscribeTo } from './subscribe.js';
import type { Subscription } from './subscription.js';
import type { EventsOptions, Handler, Interceptor, SubscribeOptions, TopicOptions } from './types.js';

/** Emits of a facade in each other: the engine's stack takes some 600. */
const MAX_NESTED = 250;

/** The members that every bus has. */
export function coreMembers(kernel: Kernel): object {
  const { admission, dispatcher, shapes, places, counts, observers, open } = kernel;

  const publish = (topic: string, data?: unknown, options?: PublishOptions): void => {
    if (admission.slow || options !== undefined) kernel.publish(topic, data, options);
    else dispatcher.publish(topic, data);
  };
  const follow = (pattern: string, handler: Handler<any>, options?: SubscribeOptions, ended?: () => void) => {
    if (options !== undefined) options = readOptions('subscribe', shapes.subscribe, options);
    open();
    return subscribeTo(kernel, pattern, handler, options, ended);
  };
  const subscribe = (pattern: string, handler: Handler<any>, options?: SubscribeOptions) => follow(pattern, handler, options);
  const events = (pattern: string, options: EventsOptions = {}): EventIterator => {
    const { overflow, coalesce, ...rest } = readOptions('events', shapes.events, options);
    open();
    let off = (): void => {}, at: Subscription;
    const gone = (count: 'dropped' | 'coalesced', event: BusEvent): void => {
      counts[count]++;
      observers.dropped(event, at, count === 'dropped' ? 'overflow' : count);
    };
    const iterator = new EventIterator(pattern, overflow, coalesce, () => off(), (count, event) => gone(count, event as BusEvent), (event) => observers.begins(event as BusEvent, at)('ok'));
    off = subscribeTo(kernel, pattern, (_data, event) => iterator.push(event as BusEvent, places.keeping?.past), { name: 'events', ...rest }, () => iterator.end(), 'queue', (made) => { at = made; });
    return iterator;
  };
  const topic = (topic: string, options?: TopicOptions): object => {
    const declared = options === undefined ? undefined : readOptions('topic', shapes.topic, options);
    open();
    checkTopic(topic);
    if (declared !== undefined) for (const declare of kernel.parts.map((part) => part.declare?.(topic, declared))) declare?.();
    const made = {
      name: topic,
      publish: (data?: unknown, options?: PublishOptions) => publish(topic, data, options),
      subscribe: (handler: Handler<any>, options?: SubscribeOptions) => subscribe(topic, handler, options),
      events: (options?: EventsOptions) => events(topic, options),
    };
    for (const part of kernel.parts) part.extend?.(made, topic);
    return fillIn(made, 'a topic', kernel.features);
  };
  const use = (interceptor: Interceptor) => {
    open();
    if (typeof interceptor !== 'function') throw new OptionError('interceptor', 'a function', interceptor);
    const entry: Interceptor = (event, next) => interceptor(event, next); // so that the same one twice is two
    const { chain } = admission;
    const off = disposable(() => {
      admission.chain = admission.chain.filter((other) => other !== entry);
      admission.changed();
    });
    try {
      admission.chain = [...chain, entry];
      admission.changed();
    } catch (error) {
      admission.chain = chain; // the stack is full
      throw error;
    }
    return off;
  };
  const observe = (observer: Observer) => {
    const given = readOptions('observe', OBSERVE, observer);
    open();
    // Called as its members, which they may need.
    return observers.add(Object.fromEntries(Object.entries(given).map(([name, see]) => [name, (...args: unknown[]) => see.apply(observer, args)])));
  };
  const close = (): Promise<void> => kernel.close();

  return {
    get name() { return kernel.origin.source; },
    publish,
    subscribe,
    events,
    topic,
    use,
    observe,
    close,
    [Symbol.asyncDispose]: close,
    [FOLLOW]: follow,
    [DEPTH_FIRST]: (topic: string, data: unknown, publisher: { event: BusEvent | undefined }) => {
      open();
      const event = publisher.event = dispatcher.prepare(topic, data);
      kernel.enterNow(event, MAX_NESTED);
    },
  };
}
