import { Bridges } from './bridge.js';
import { systemClock } from './clock.js';
import { defaultWasm } from './default-wasm.js';
import { Dispatcher } from './dispatcher.js';
import { ClosedError, UnavailableError } from './errors.js';
import { copyOf, type BusEvent, type PublishOptions } from './event.js';
import { Failures } from './failures.js';
import { deepFreeze } from './freeze.js';
import { Gates } from './gates.js';
import type { Policies } from './go/policies.js';
import type { Port } from './go/port.js';
import { Supervisor } from './go/supervisor.js';
import { checkTopic, isTopic } from './grammar.js';
import { Histories } from './history.js';
import { inspection } from './inspection.js';
import { Interceptors } from './interceptors.js';
import { EventIterator } from './iterator.js';
import { checkOptions } from './options.js';
import { giveUp, resumeWaiting, type ManagedHost } from './managed.js';
import { NOW, type Immediate } from './now.js';
import { Pending } from './pending.js';
import { Provisional } from './provisional.js';
import { Registry } from './registry.js';
import { resume } from './replay.js';
import { Requests } from './requests.js';
import { begin, randomName } from './start.js';
import { disposable, subscribeTo } from './subscribe.js';
import { BusTarget } from './target.js';
import type { Bus } from './bus-types.js';
import type { Restarted } from './inspection-types.js';
import type { TopicMap } from './topic-types.js';
import type { BusOptions, EventsOptions, Handler, RequestOptions, SubscribeOptions, TopicOptions } from './types.js';

const ROUTES = 2048;
/** Chromium itself nests 43 dispatches of one event target. */
const MAX_DISPATCHES = 32;
/** Emits of a facade in each other: the engine's stack takes some 600. */
const MAX_NESTED = 250;
const RESTARTED_TOPIC = '$bus.restarted';

/**
 * Makes a bus. It returns at once and plain topics work from the first line; Go is loaded meanwhile (`ready`).
 * @throws OptionError for options that do not exist or are of the wrong shape.
 */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  checkOptions('createBus', options);
  const { wasm, dev = false, start = 'now', clock = systemClock, random = Math.random } = options;
  const instance = randomName();
  const name = options.name ?? `trolleybus-${instance}`;
  const failures = new Failures(options.onError, clock);
  const gates = new Gates();
  const dispatcher = new Dispatcher({ instance, source: name, clock, random }, failures, ROUTES / 2, gates.topics);
  dispatcher.freeze = dev;
  const registry = new Registry(dispatcher);
  const histories = new Histories(dispatcher, clock);
  const provisional = dispatcher.compiler = new Provisional(registry, histories);
  const interceptors = new Interceptors();
  const pending = new Pending(options.maxPending ?? (wasm === undefined && !defaultWasm.named ? 0 : 1024));
  const doms = new WeakMap<BusEvent, Event>();
  const counts = { dropped: 0, intercepted: 0, coalesced: 0 };
  const managed: ManagedHost = {
    dispatcher, failures, histories, clock, replays: 0, past: false, policies: undefined, unavailable: undefined,
    dropped: () => counts.dropped++,
    begun: () => void supervisor.ready().catch(() => {}),
  };
  let closed = false;
  let goIntercepts = false;
  let port: Port | undefined;
  // Whether a publish has more to do than to be delivered.
  let slow = false;

  const changed = (): void => {
    slow = closed || dev || interceptors.any || goIntercepts || (port === undefined && pending.limit > 0);
  };
  const open = (): void => {
    if (closed) throw new ClosedError(name);
  };
  /** Takes a prepared event through the interceptors; what they throw is the publisher's. */
  const admit = (event: BusEvent, last: (event: BusEvent) => void): void => {
    let passed = false, returned = false;
    const { data } = event;
    interceptors.run(event, (event) => {
      // Other data than Go's is JavaScript's.
      if (event.data !== data) (event as { ref: number }).ref = 0;
      const own = event.ref === 0;
      if (goIntercepts && own && port?.intercept(event) === false) return;
      passed = true;
      if (returned) counts.intercepted--;
      open();
      check(event, own ? event.ref : 0);
      if (dev) deepFreeze(event.data);
      last(event);
      if (port === undefined) pending.push(event);
    });
    returned = true;
    if (!passed) counts.intercepted++;
  };
  /** Schema and version, behind the interceptors; an error is the publisher's. `held`: what Go's interceptors made of the data. */
  const check = (event: BusEvent, held: number): void => {
    const { topic } = event;
    if (!gates.topics.has(topic)) return;
    try {
      if (gates.has(topic)) {
        if (held !== 0 && event.data === undefined) (event as { data: unknown }).data = port!.decode(event);
        gates.pass(event);
      }
      // Go has seen to what is its own.
      if (gates.hasGo(topic) && (event.ref === 0 || held !== 0)) port?.check(event);
    } catch (error) {
      (event as { ref: number }).ref = 0;
      throw error;
    } finally {
      if (held !== 0 && event.ref !== held) port?.release(held);
    }
  };
  /** An event that waited for Go, as Go's gate passes it: its publisher is gone, so that an error is a failure. */
  const late = (port: Port, event: BusEvent): BusEvent[] => {
    dispatcher.find(event.topic);
    if (!gates.hasGo(event.topic)) return [event];
    try {
      const copy = copyOf(event); // JavaScript's subscribers have the other one
      port.check(copy);
      return [copy];
    } catch (error) {
      failures.report(error, { pattern: event.topic, name: undefined }, event);
      return [];
    }
  };
  const accept = (event: BusEvent): void => dispatcher.accept(event);

  const publishSlowly = (topic: string, data: unknown, options: PublishOptions | undefined, before?: (event: BusEvent) => void): void => {
    open();
    dispatcher.find(topic);
    if (options !== undefined) checkOptions('publish', options);
    const event = dispatcher.prepare(topic, data, options);
    before?.(event);
    admit(event, accept);
  };
  dispatcher.admit = (topic, data) => publishSlowly(topic, data, undefined);
  const publish = (topic: string, data?: unknown, options?: PublishOptions): void => {
    if (slow || options !== undefined) publishSlowly(topic, data, options);
    else dispatcher.publish(topic, data);
  };
  /** Publishes on a topic of the bus itself; false when nobody would get it. */
  /** The policies of Go, for calls that need them. */
  const policies = (): Policies => {
    open();
    if (managed.policies !== undefined) return managed.policies;
    throw managed.unavailable ?? new UnavailableError('start', 'Go is not up yet; await bus.ready');
  };
  const announce = (topic: string, data: unknown): boolean => {
    if (closed || !dispatcher.hasSubscribers(topic)) return false;
    dispatcher.accept(dispatcher.prepare(topic, data));
    return true;
  };
  failures.publish = announce;

  const requests: Requests = new Requests({
    dispatcher, failures, clock,
    slow: () => slow,
    publish: (topic, data, exchange) => {
      open();
      dispatcher.find(topic);
      admit(dispatcher.prepare(topic, data, undefined, exchange), accept);
    },
    coming: () => port === undefined && wasm !== undefined && !closed ? supervisor.ready() : undefined,
  });

  const subscribe = (pattern: string, handler: Handler<any>, options?: SubscribeOptions) => {
    open();
    return subscribeTo(registry, managed, pattern, handler, options);
  };
  const events = (pattern: string, options: EventsOptions = {}): EventIterator => {
    open();
    checkOptions('events', options);
    const { overflow, coalesce, signal, ...rest } = options;
    let off = (): void => {};
    const iterator = new EventIterator(pattern, overflow, coalesce, () => off(), () => counts.dropped++, () => counts.coalesced++);
    const end = (): void => iterator.end();
    const subscription = subscribeTo(registry, managed, pattern, (_data, event) => iterator.push(event, managed.past), { name: 'events', ...rest }, () => {
      end();
      signal?.removeEventListener('abort', end);
    });
    off = subscription;
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
    return iterator;
  };

  const plainSubscribe = (named: string | undefined) => (pattern: string, handler: (data: any, event: BusEvent) => void, label = named): (() => void) => {
    const subscription = registry.add(pattern, label);
    subscription.deliver = handler;
    return () => registry.remove(subscription);
  };
  const fail = (error: unknown, type: string): void => failures.report(error, { pattern: type, name: 'DOM listener' }, dispatcher.prepare(type, undefined));
  const target = new BusTarget({
    isTopic: (type) => !closed && isTopic(type),
    subscribe: plainSubscribe('bus.target'),
    deliverNow: (topic, data, dom) => {
      const event = dispatcher.prepare(topic, data);
      doms.set(event, dom);
      admit(event, (event) => dispatcher.deliverNow(event, MAX_DISPATCHES));
    },
    domOf: (event) => doms.get(event),
    fail,
  });
  const bridges = new Bridges({ publish: (topic, data, before) => publishSlowly(topic, data, undefined, before), subscribe: plainSubscribe(undefined), fail });

  const supervisor = new Supervisor({ source: () => typeof wasm === 'function' ? wasm() : wasm ?? defaultWasm.source(), integrity: options.integrity ?? (wasm === undefined ? defaultWasm.integrity : undefined), instance }, {
    dispatcher,
    registry,
    requests,
    histories,
    fallback: provisional,
    bridge: (target, map) => bridges.join(target, map, undefined),
    gates,
    publishFromGo(event) {
      const own = event.topic.startsWith('$'); // what Go's bus says of itself
      if (own && closed) return false;
      open();
      const route = own ? dispatcher.routeOf(event.topic) : dispatcher.find(event.topic);
      if (own && route.deliver.length === 0) return false;
      try {
        if (route.script || !own && (interceptors.any || gates.has(event.topic))) (event as { data: unknown }).data = port!.decode(event);
      } catch (error) {
        if (!own) throw error;
        // Go's subscribers get it all the same: the dispatcher tries again, and reports why JavaScript's do not.
      }
      let accepted = false, returned = false;
      if (own) {
        accept(event);
        return true;
      }
      admit(event, (event) => {
        // Go has forgotten what was not accepted at once.
        if (returned) (event as { ref: number }).ref = 0;
        accepted = event.ref !== 0;
        accept(event);
      });
      returned = true;
      return accepted;
    },
    interceptsChanged(on) {
      goIntercepts = on;
      changed();
    },
    report: (error, at, event) => failures.report(error, at, event),
    up(attached) {
      port = attached;
      dispatcher.go = attached;
      dispatcher.compiler = attached;
      dispatcher.reset();
      registry.forgetKnown();
      registry.flush = () => attached.flush();
      changed();
      histories.up(attached.recordings);
      managed.policies = attached.policies;
      managed.unavailable = undefined;
      dispatcher.replay(requests.due(pending.take()).flatMap((event) => late(attached, event)), (subscriber) => 'handle' in subscriber && subscriber.handle !== 0);
      resumeWaiting(registry.all(), managed);
      resume(registry.all(), managed);
    },
    down(error) {
      const held = managed.policies?.all() ?? [];
      port = managed.policies = undefined;
      for (const subscription of held) subscription.recover(error);
      histories.down();
      goIntercepts = false;
      gates.forgetGo();
      dispatcher.go = undefined;
      dispatcher.compiler = provisional;
      dispatcher.reset();
      registry.flush = undefined;
      changed();
      console.error(`trolleybus: ${error.message}. Go is started again; plain topics go on working.`);
    },
    unavailable(error) {
      managed.unavailable = error;
      giveUp(registry.all(), managed);
    },
    restarted: (error, restarts) => void announce(RESTARTED_TOPIC, { error, restarts } satisfies Restarted),
  });

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    changed();
    requests.close(name);
    target.close();
    bridges.close();
    registry.clear();
    histories.close();
    supervisor.close();
    dispatcher.compiler = provisional;
    dispatcher.reset();
  };

  changed();
  begin(typeof wasm === 'object' && 'go' in wasm ? 'running' : start, () => void supervisor.ready().catch(() => {})); // ready reports it to whoever reads it

  // Who lists the properties of an object, as React's development build does, must not load Go by it.
  return Object.defineProperty({
    name,
    get ready() { return supervisor.ready(); },
    target,
    publish,
    subscribe,
    events,
    request: (topic: string, data?: unknown, options?: RequestOptions) => requests.request(topic, data, options),
    respond: (pattern: string, responder: Handler<any>, options?: SubscribeOptions) => {
      open();
      if (options !== undefined) checkOptions('respond', options);
      return subscribeTo(registry, managed, pattern, responder, options, undefined, true);
    },
    topic: (topic: string, options?: TopicOptions) => {
      open();
      checkTopic(topic);
      if (options !== undefined) {
        gates.declare(topic, options);
        dispatcher.invalidate(topic, false);
        histories.declare(topic, options);
      }
      return {
        name: topic,
        publish: (data?: unknown, options?: PublishOptions) => publish(topic, data, options),
        subscribe: (handler: Handler<any>, options?: SubscribeOptions) => subscribe(topic, handler, options),
        events: (options?: EventsOptions) => events(topic, options),
        get value() { return histories.last(topic)?.data; },
        clear: () => {
          open();
          histories.clear(topic);
        },
      };
    },
    bridge(target, map, options = {}) {
      open();
      const { signal } = options;
      if (signal !== undefined) checkOptions('events', { signal });
      return disposable(bridges.join(target, map, signal));
    },
    use(interceptor) {
      open();
      const remove = interceptors.use(interceptor);
      changed();
      return disposable(() => {
        remove();
        changed();
      });
    },
    deadLetters: (pattern?: string) => policies().deadLetters(pattern ?? ''),
    redrive(idOrPattern, options = {}) {
      checkOptions('redrive', options);
      return policies().redrive(idOrPattern, options.to ?? '', options.rate ?? 0);
    },
    discard: (idOrPattern) => policies().discard(idOrPattern),
    pressure: (topic) => policies().pressure(topic),
    ...inspection({ dispatcher, registry, failures, counts, pending, requests, supervisor, histories }),
    close,
    [Symbol.asyncDispose]: close,
    [NOW]: (topic: string, data: unknown, publisher: { event: BusEvent | undefined }) => {
      open();
      const event = publisher.event = dispatcher.prepare(topic, data);
      if (!slow && !gates.topics.has(topic)) return dispatcher.deliverNow(event, MAX_NESTED);
      dispatcher.find(topic);
      admit(event, (event) => dispatcher.deliverNow(event, MAX_NESTED));
    },
  } as Bus<M, R> & Immediate, 'ready', { enumerable: false });
}
