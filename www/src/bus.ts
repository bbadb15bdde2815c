import { Admission } from './core/admission.js';
import { Bridges } from './dom/bridge.js';
import { guardedClock } from './core/clock.js';
import { say } from './core/console.js';
import { defaultWasm } from './default-wasm.js';
import { Dispatcher } from './core/dispatcher.js';
import { ClosedError, OptionError, UnavailableError } from './core/errors.js';
import { BusEvent } from './core/event.js';
import type { PublishOptions } from './core/event-types.js';
import { Failures } from './core/failures.js';
import { Declarations } from './features/schemas/declarations.js';
import { INTEGRITY, isIntegrity } from './core/integrity.js';
import { isRunning } from './go/loader.js';
import type { Policies } from './go/policies.js';
import type { Port } from './go/port.js';
import { Supervisor } from './go/supervisor.js';
import { checkPattern, checkTopic, isReserved, isTopic, matches } from './core/grammar.js';
import { Handover } from './go/handover.js';
import { Histories, keepOf } from './features/keeping/history.js';
import { responder } from './features/requests/exchange.js';
import { inspection } from './features/inspection/inspection.js';
import { Interceptors } from './core/interceptors.js';
import { EventIterator } from './core/iterator.js';
import { readOptions } from './core/options.js';
import { runnerFor, type Runner, type RunnerHost } from './features/policies/runner.js';
import { FOLLOW, NOW, type Followed, type Immediate } from './core/internal.js';
import { isAttached, whenRemoved } from './dom/owner.js';
import { Pending } from './core/pending.js';
import { Provisional } from './core/provisional.js';
import { Registry } from './core/registry.js';
import { begin as beginReplay, checkNested, resume, type ReplayHost } from './features/keeping/replay.js';
import { Requests } from './features/requests/requests.js';
import { NOBODY } from './core/route.js';
import { begin, randomName } from './core/start.js';
import { disposable, subscribeTo, type SubscribeHost } from './core/subscribe.js';
import { systemClock } from './dom/system-clock.js';
import { BusTarget } from './dom/target.js';
import { LETTERS_TOPIC, RESTARTED_TOPIC } from './core/topics.js';
import type { Bus } from './bus-types.js';
import type { Restarted } from './core/inspection-types.js';
import type { TopicMap } from './core/topic-types.js';
import type { BusOptions, EventsOptions, Handler, RequestOptions, SubscribeOptions, TopicOptions } from './core/types.js';

const ROUTES = 2048;
/** Chromium itself nests 43 dispatches of one event target. */
const MAX_DISPATCHES = 32;
/** Emits of a facade in each other: the engine's stack takes some 600. */
const MAX_NESTED = 250;
/** Milliseconds. */
const LOAD_TIMEOUT = 30_000;

/**
 * Makes a bus. It returns at once and plain topics work from the first line; Go is loaded meanwhile (`ready`).
 * @throws OptionError for options that do not exist or are of the wrong shape.
 */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  options = readOptions('createBus', options);
  const { wasm, integrity = wasm === undefined ? defaultWasm.integrity : undefined, loadTimeout = LOAD_TIMEOUT, dev = false, random = Math.random } = options;
  // Components are what the page is about; the default program can wait for the page.
  const named = wasm !== undefined || defaultWasm.named, { start = named ? 'now' : 'idle' } = options;
  const clock = options.clock === undefined ? systemClock : guardedClock(options.clock);
  if (integrity !== undefined && !isIntegrity(integrity)) throw new OptionError('data-integrity', INTEGRITY, integrity);
  const instance = randomName();
  const name = options.name ?? `trolleybus-${instance}`;
  const failures = new Failures(options.onError, clock);
  const declarations = new Declarations();
  const dispatcher = new Dispatcher({ instance, source: name, clock, random }, failures, ROUTES / 2, declarations.topics);
  dispatcher.freeze = dev;
  const registry = new Registry(dispatcher);
  const histories = new Histories(dispatcher, clock);
  const pending = new Pending(options.maxPending ?? (named ? 1024 : 0), dispatcher);
  const provisional = dispatcher.compiler = new Provisional(registry, histories, pending);
  const interceptors = new Interceptors();
  const doms = new WeakMap<BusEvent, Event>();
  const counts = { dropped: 0, intercepted: 0, coalesced: 0 };
  const runners: RunnerHost & ReplayHost = {
    dispatcher, failures, histories, clock, replays: 0, past: false, policies: undefined, unavailable: undefined, deaths: new WeakMap(), lasting: new Set(),
    open: () => open(),
    dropped: () => counts.dropped++,
    begun: () => void supervisor.ready().catch(() => {}),
    handOver: () => handover.begin(),
    members: (queue) => registry.all().flatMap(({ runner }) => runner?.queue === queue ? [runner as Runner] : []),
  };
  const subscribing: SubscribeHost = {
    open: runners.open,
    runnerFor: (options, call) => runnerFor(options, call, runners, registry),
    replay: {
      check(pattern) {
        if (runners.unavailable !== undefined) throw runners.unavailable;
        checkNested(runners, pattern);
      },
      begin: (subscription, replay, overflow) => beginReplay(subscription, replay, overflow, runners),
    },
    owner: { isAttached, whenRemoved },
    responder,
  };
  let closed = false;
  let port: Port | undefined;

  const open = (): void => {
    if (closed) throw new ClosedError(name);
  };
  const admission = new Admission({ dispatcher, failures, interceptors, declarations, counts, dev, open });
  // Whether a publish has more to do than to be delivered.
  let slow = false;
  const changed = (): void => {
    admission.changed();
    slow = closed || admission.slow;
  };
  const accept = (event: BusEvent): void => dispatcher.accept(event);

  const publishSlowly = (topic: string, data: unknown, options: PublishOptions | undefined, before?: (event: BusEvent) => void): void => {
    if (options !== undefined) options = readOptions('publish', options);
    open();
    dispatcher.find(topic);
    const event = dispatcher.prepare(topic, data, options);
    before?.(event);
    admission.enter(event, accept);
  };
  dispatcher.admit = (topic, data) => publishSlowly(topic, data, undefined);
  const publish = (topic: string, data?: unknown, options?: PublishOptions): void => {
    if (slow || options !== undefined) publishSlowly(topic, data, options);
    else dispatcher.publish(topic, data);
  };
  /** The policies of Go, for calls that need them. */
  const policies = (): Policies => {
    open();
    if (port !== undefined) return port.policies;
    throw runners.unavailable ?? new UnavailableError('start', 'Go is not up yet; await bus.ready');
  };
  /** Publishes on a topic of the bus itself; false when nobody would get it. */
  const announce = (topic: string, data: unknown): boolean => {
    if (closed || !dispatcher.hasSubscribers(topic)) return false;
    dispatcher.accept(dispatcher.prepare(topic, data));
    return true;
  };
  failures.publish = announce;

  const requests: Requests = new Requests({
    failures, clock,
    publish: (topic, data, exchange) => {
      open();
      admission.enter(dispatcher.prepare(topic, data, undefined, exchange), accept);
    },
    coming: () => port === undefined && wasm !== undefined && !closed ? supervisor.ready() : undefined,
  });
  const handover = new Handover({ runners, admission, pending, registry, requests });

  const follow = (pattern: string, handler: Handler<any>, options?: SubscribeOptions, ended?: () => void) => {
    if (options !== undefined) options = readOptions('subscribe', options);
    open();
    return subscribeTo(registry, subscribing, pattern, handler, options, ended);
  };
  const subscribe = (pattern: string, handler: Handler<any>, options?: SubscribeOptions) => follow(pattern, handler, options);
  const events = (pattern: string, options: EventsOptions = {}): EventIterator => {
    const { overflow, coalesce, ...rest } = readOptions('events', options);
    open();
    let off = (): void => {};
    const iterator = new EventIterator(pattern, overflow, coalesce, () => off(), () => counts.dropped++, () => counts.coalesced++);
    off = subscribeTo(registry, subscribing, pattern, (_data, event) => iterator.push(event, runners.past), { name: 'events', ...rest }, () => iterator.end());
    return iterator;
  };

  const plainSubscribe = (named: string | undefined) => (pattern: string, handler: (data: any, event: BusEvent) => void, label = named): (() => void) => {
    const subscription = registry.add(pattern, label);
    subscription.deliver = handler;
    return () => registry.remove(subscription);
  };
  const fail = (error: unknown, type: string, of: BusEvent | string = type): void =>
    failures.report(error, { pattern: type, name: 'DOM listener' }, typeof of === 'string' ? new BusEvent(of, undefined, 0, dispatcher.origin) : of);
  const target = new BusTarget({
    isTopic: (type) => !closed && isTopic(type),
    subscribe: plainSubscribe('bus.target'),
    deliverNow: (topic, data, dom) => {
      const event = dispatcher.prepare(topic, data);
      doms.set(event, dom);
      admission.enter(event, (event) => dispatcher.deliverNow(event, MAX_DISPATCHES));
    },
    domOf: (event) => doms.get(event),
    fail,
  });
  const bridges = new Bridges({ publish: (topic, data, before) => publishSlowly(topic, data, undefined, before), subscribe: plainSubscribe(undefined), fail });

  /** Routes without Go, of which nothing is kept here: whoever keeps the bus must not keep its memory. */
  const forgetGo = (): void => {
    port = admission.go = dispatcher.go = runners.policies = registry.flush = undefined;
    admission.goIntercepts = false;
    dispatcher.compiler = provisional;
    dispatcher.reset();
  };
  const supervisor = new Supervisor({ source: () => typeof wasm === 'function' ? wasm() : wasm ?? defaultWasm.source(), integrity, limit: loadTimeout, instance }, {
    dispatcher,
    registry,
    requests,
    histories,
    fallback: provisional,
    bridge: (target, map) => bridges.join(target, map, undefined),
    declarations,
    publishFromGo(event) {
      if (!isReserved(event.topic)) {
        open();
        return admission.enterFromGo(event, accept);
      }
      // What Go's bus says of itself.
      const route = closed ? NOBODY : dispatcher.routeOf(event.topic);
      if (route.deliver.length === 0) return false;
      try {
        if (route.script) (event as { data: unknown }).data = port!.decode(event);
      } catch {
        // Go's subscribers get it all the same: the dispatcher tries again, and reports why JavaScript's do not.
      }
      accept(event);
      return true;
    },
    interceptsChanged(on) {
      admission.goIntercepts = on;
      changed();
    },
    report: (error, at, event) => failures.report(error, at, event),
    missed(event, queue) {
      const member = queue === undefined ? undefined : runners.members(queue).find(({ subscription: { pattern } }) => matches(pattern, event.topic));
      if (member === undefined) counts.dropped++;
      else member.again(event);
    },
    refused(subscription, error) {
      if (subscription === undefined) return;
      const { runner: policies, pattern } = subscription;
      const events = policies?.waiting.splice(0) ?? [];
      registry.remove(subscription);
      if (policies?.refused !== undefined) return policies.refused(error);
      if (events.length === 0) events.push(new BusEvent(pattern, undefined, 0, dispatcher.origin));
      for (const event of events) failures.report(error, subscription, event);
    },
    up(attached) {
      port = admission.go = dispatcher.go = attached;
      dispatcher.compiler = attached;
      dispatcher.reset();
      registry.forgetKnown();
      registry.flush = () => attached.flush();
      runners.policies = attached.policies;
      runners.unavailable = undefined;
      histories.up(attached.recordings);
      attached.flush(); // what Go refuses is told before anything is offered
      handover.begin();
      resume(registry.all(), runners);
    },
    down(error) {
      const held = port?.policies.all() ?? [], letters = port?.policies.lostLetters() ?? [];
      forgetGo();
      for (const subscription of held) subscription.recover(error);
      histories.down();
      declarations.forgetGo();
      changed();
      for (const change of letters) announce(LETTERS_TOPIC, change);
      say('error', `trolleybus: ${error.message}. Go is started again; plain topics go on working.`);
    },
    unavailable(error) {
      runners.unavailable = error;
      handover.giveUp();
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
    for (const once of [...runners.lasting]) once.stop();
    histories.close();
    supervisor.close();
    forgetGo();
  };

  changed();
  begin(isRunning(wasm) ? 'running' : start, () => void supervisor.ready().catch(() => {})); // ready reports it to whoever reads it

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
      if (options !== undefined) options = readOptions('respond', options);
      open();
      return subscribeTo(registry, subscribing, pattern, responder, options, undefined, true);
    },
    topic: (topic: string, options?: TopicOptions) => {
      const declared = options === undefined ? undefined : readOptions('topic', options);
      open();
      checkTopic(topic);
      if (declared !== undefined) {
        const keep = keepOf(declared);
        declarations.declare(topic, declared);
        dispatcher.invalidate(topic, false);
        if (keep !== undefined) histories.declare(topic, keep);
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
      const { signal } = readOptions('bridge', options), entries = readOptions('bridge map', map);
      open();
      return disposable(bridges.join(target, entries, signal));
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
    deadLetters(pattern: string = '') {
      if (pattern !== '') checkPattern(pattern);
      return policies().deadLetters(pattern);
    },
    redrive(idOrPattern, options = {}) {
      const { to = '', rate = 0 } = readOptions('redrive', options);
      checkLetters('redrive', idOrPattern);
      if (to !== '') checkTopic(to);
      return policies().redrive(idOrPattern, to, rate);
    },
    discard(idOrPattern) {
      checkLetters('discard', idOrPattern);
      return policies().discard(idOrPattern);
    },
    pressure(topic) {
      checkTopic(topic);
      return policies().pressure(topic);
    },
    ...inspection({ dispatcher, registry, failures, counts, pending, requests, supervisor, histories }),
    close,
    [Symbol.asyncDispose]: close,
    [FOLLOW]: follow,
    [NOW]: (topic: string, data: unknown, publisher: { event: BusEvent | undefined }) => {
      open();
      const event = publisher.event = dispatcher.prepare(topic, data);
      admission.enter(event, (event) => dispatcher.deliverNow(event, MAX_NESTED));
    },
  } as Bus<M, R> & Followed & Immediate, 'ready', { enumerable: false });
}

/** Which letters are meant must be said: nothing, or what is no text, does not mean all. An id is a pattern of one token. */
function checkLetters(of: string, idOrPattern: unknown): void {
  if (typeof idOrPattern !== 'string') throw new OptionError(of, 'the id of a dead letter, or a pattern', idOrPattern);
  checkPattern(idOrPattern);
}
