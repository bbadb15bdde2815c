import { Causes } from './causes.js';
import { BusEvent, CausedEvent, describe, metas, type Cause } from './event.js';
import type { PublishOptions } from './event-fields.js';
import { checkTopic, isReserved } from './grammar.js';
import { deepFreeze } from './freeze.js';
import type { Failures } from './failures.js';
import type { Observers } from './observers.js';
import type { Origin } from './origin.js';
import { NOBODY, Route, RouteCache } from './route.js';
import type { Subscriber } from './subscriber.js';
import type { Subscription } from './subscription.js';

/** Finds the subscribers of a topic in order: Go's table, or provisional routing while Go is not up. */
export interface Compiler {
  compile(topic: string): Route;
}

/** What becomes of the data of Go's events, once Go has been loaded. */
export interface GoData {
  /** Before the delivery: decodes them where JavaScript's subscribers get the event; the result is who gets it. */
  arrives(route: Route, event: BusEvent): Route;
  /** It has been delivered. */
  leaves(event: BusEvent): void;
  /** Something failed with the event, of which failures show the data. */
  shows(event: BusEvent): void;
}

const MAX_FRESH = 1024;
/** Up to how many subscribers a cached route is changed rather than compiled again. */
const PATCHED = 16;

/**
 * Delivers: run to completion, first in, first out (D1), to the subscribers that there were when the delivery of an
 * event began (D2), in their order (D3), each isolated from the others (D4). One queue for all of the page, Go included.
 */
export class Dispatcher {
  /** Sequence number of the last event: how many were published. */
  seq = 0;
  delivered = 0;
  compiler!: Compiler;
  /** Set before there are events of Go's. */
  go!: GoData;
  readonly routes: RouteCache;
  private readonly causes: Causes;
  /** Topics whose events `admit` must see first. They are never `last`, so that others do not pay for the question. */
  readonly declared: ReadonlySet<string>;
  /** Publishes on such a topic. */
  admit!: (topic: string, data: unknown) => void;
  /** Whether events and their data are frozen before they are delivered. */
  freeze = false;

  /** Whether something is being delivered. */
  busy = false;
  /** Events, and work that waits for its turn among them. */
  readonly queue: (BusEvent | (() => void))[] = [];
  /** Where the next of them is. */
  head = 0;
  /** The route of the last topic that was published, or NOBODY. */
  last = NOBODY;
  /** The route of what is being delivered. */
  live = NOBODY;
  /** Routes of deliveries that a depth-first one interrupted. */
  readonly interrupted: Route[] = [];
  /** The event that is being delivered: its number, where its route and its number say all that may be asked of it. */
  current: BusEvent | number = 0;
  /** Subscriptions that no cached route has been checked against. */
  private fresh: Subscription[] = [];
  /** True while what routes are made of is being changed. Where a full stack cut that short it stays so, until `mend`. */
  torn = false;
  /** While there are any. */
  observers: Observers | undefined;
  /** Finishes what was cut short outside of the routes. */
  onMend: () => void = () => {};

  constructor(readonly origin: Origin, private readonly failures: Failures, cacheHalf: number, declared: ReadonlySet<string>) {
    this.declared = declared;
    this.routes = new RouteCache(cacheHalf);
    this.causes = new Causes(origin);
  }

  /**
   * The hot path: no options, no interceptors. All of a delivery is here, so that the engine compiles it as one, and
   * what is rare is elsewhere, so that it fits where it is called. It keeps the number of the event instead of the
   * event: a young object in an old one costs the collector's bookkeeping.
   */
  publish(topic: string, data: unknown): void {
    let route = this.last;
    if (topic !== route.topic || route === NOBODY) {
      route = this.find(topic);
      if (route !== this.last) return this.admit(topic, data);
    }
    if (this.busy) return this.enqueue(topic, data);
    const event = new BusEvent(topic, data, this.current = ++this.seq, this.origin);
    const { deliver } = route;
    const { length } = deliver;
    this.live = route;
    this.busy = true;
    let i = 0;
    try {
      // The first one apart: a topic with one subscriber pays for no loop. Then two a turn: from two places the
      // processor guesses better which of a hundred functions comes next.
      if (length > 0) {
        const handler = deliver[0]!; // a call on the array would hand it out as `this`
        const result = handler(data, event);
        if (result !== undefined) this.settle(result, route, 0, event);
        for (i = 1; i < length; i++) {
          const handler = deliver[i]!;
          const result = handler(data, event);
          if (result !== undefined) this.settle(result, route, i, event);
          if (++i === length) break;
          const second = deliver[i]!;
          const other = second(data, event);
          if (other !== undefined) this.settle(other, route, i, event);
        }
      }
    } catch (error) {
      this.busy = false; // first of all: where the stack is full, the next call is not made
      return this.resume(route, event, i, error);
    }
    this.delivered += length;
    this.busy = false;
    if (this.queue.length > 0) this.drain();
  }

  private enqueue(topic: string, data: unknown): void {
    const cause = this.causeFor(topic);
    this.queue.push(new CausedEvent(topic, data, ++this.seq, this.origin, cause));
  }

  /** Makes an event that has no place in the order yet: interceptors may still drop it. */
  prepare(topic: string, data: unknown, options?: PublishOptions): BusEvent {
    const cause = this.causeNow(topic);
    const event = cause !== undefined ? new CausedEvent(topic, data, 0, this.origin, cause) : new BusEvent(topic, data, 0, this.origin);
    if (options !== undefined) describe(event, options);
    return event;
  }

  /** Gives a prepared event its place in the order and delivers it, or queues it behind those before it. */
  accept(event: BusEvent): void {
    (event as { seq: number }).seq = ++this.seq;
    if (this.observers !== undefined) {
      this.queue.push(event); // ahead of what an observer publishes
      try {
        this.tellAccepted(event, this.observers);
      } finally {
        if (!this.busy) this.drain();
      }
    } else if (this.busy) this.queue.push(event);
    else this.run(this.routeOf(event.topic), event);
  }

  /** What an observer publishes comes behind the event. */
  tellAccepted(event: BusEvent, observers: Observers): void {
    const { busy } = this;
    this.busy = true;
    try {
      observers.tell('accepted', event, event, Object.freeze({ via: metas.get(event)?.via }));
    } finally {
      this.busy = busy; // also where the stack is full
    }
  }

  /** The route of a topic that users may publish; throws a TopicError otherwise. */
  find(topic: string): Route {
    if (topic === this.last.topic && this.last !== NOBODY) return this.last;
    if (this.torn) this.mend();
    if (this.fresh.length > 0) this.invalidateFresh();
    let route = this.routes.get(topic);
    if (route === undefined) {
      checkTopic(topic);
      route = this.compiler.compile(topic);
      this.routes.set(route);
    }
    return this.declared.size > 0 && this.declared.has(topic) ? route : this.last = route;
  }

  /** The route of any topic. */
  routeOf(topic: string): Route {
    // Topics of the bus stay out of the cache: a hit there means that users may publish the topic.
    return isReserved(topic) ? this.compiler.compile(topic) : this.find(topic);
  }

  /** Before a change of the subscriptions; `torn` is to be set to the result behind it. */
  tear(): boolean {
    const { torn } = this;
    this.last = NOBODY;
    this.torn = true;
    return torn;
  }

  private mend(): void {
    this.onMend();
    this.reset();
    this.torn = false;
    if (!this.busy && this.queue.length > 0) this.drain();
  }

  added(subscription: Subscription): void {
    if (this.fresh.push(subscription) > MAX_FRESH) this.invalidateFresh();
    this.last = NOBODY;
  }

  removed(subscription: Subscriber): void {
    if (!subscription.used) {
      if (this.fresh.at(-1) === subscription) this.fresh.pop();
      return;
    }
    const torn = this.tear();
    this.live.drop(subscription);
    for (const route of this.interrupted) route.drop(subscription);
    this.routes.change(subscription.pattern, subscription.wild, (route) =>
      !route.subscribers.includes(subscription) ? route : route.deliver.length > PATCHED ? undefined : route.without(subscription));
    this.torn = torn;
  }

  /** Between deliveries: lets go of subscriptions that have ended. */
  letGo(): void {
    if (!this.busy) this.live = NOBODY;
    if (this.fresh.some(({ active }) => !active)) this.fresh = this.fresh.filter(({ active }) => active);
  }

  /** Forgets the routes that a change of `pattern` concerns. */
  invalidate(pattern: string, wild: boolean): void {
    const torn = this.tear();
    this.routes.change(pattern, wild, () => undefined);
    this.torn = torn;
  }

  /** Forgets all routes: another compiler has taken over. */
  reset(): void {
    this.routes.clear();
    this.fresh = [];
    this.last = NOBODY;
    if (!this.busy) this.live = NOBODY;
  }

  // Late, so that a subscription that comes and goes between two publishes costs nothing here. A few that come are put
  // at the end of the cached routes, which is their place; for many the routes are compiled anew, once.
  private invalidateFresh(): void {
    const torn = this.tear(), { fresh } = this;
    this.fresh = [];
    const few = fresh.length <= PATCHED;
    for (const s of fresh) if (s.active) this.routes.change(s.pattern, s.wild, (route) => few ? route.with(s) : undefined);
    this.torn = torn;
  }

  /** Delivers an event, and then what its handlers published. */
  run(route: Route, event: BusEvent): void {
    this.busy = true;
    try {
      this.deliver(route, event);
    } finally {
      this.busy = false;
    }
    if (this.queue.length > 0) return this.drain();
    this.live = NOBODY;
    this.current = 0;
  }

  /** Delivers what is queued; until then nobody else does. */
  drain(): void {
    this.busy = true;
    try {
      while (this.head < this.queue.length) {
        const next = this.queue[this.head]!;
        this.queue[this.head++] = undefined!;
        if (this.head === this.queue.length) this.head = this.queue.length = 0;
        if (typeof next === 'function') next();
        else this.deliver(this.routeOf(next.topic), next);
      }
    } finally {
      // The stack is full: the rest comes before anything else.
      if (this.queue.length > 0) {
        this.last = NOBODY;
        this.torn = true;
      }
      this.live = NOBODY;
      this.current = 0;
      this.busy = false;
      this.causes.forget(); // last, since a full stack has no room for calls
    }
  }

  /** Delivers an event; whoever is busy sees to the rest. */
  deliver(route: Route, event: BusEvent): void {
    this.live = route;
    this.current = event;
    if (event.ref !== 0) this.live = route = this.go.arrives(route, event);
    if (this.freeze) deepFreeze(Object.freeze(event).data);
    this.deliverFrom(0, route, event);
    this.delivered += route.deliver.length;
    if (event.ref !== 0) this.go.leaves(event);
    event.exchange?.handedOut(event);
  }

  /** Calls the subscribers of a route from the one at `i`. */
  deliverFrom(i: number, route: Route, event: BusEvent): void {
    const { deliver, subscribers } = route;
    const { data } = event;
    for (;;) {
      try {
        for (; i < deliver.length; i++) {
          const handler = deliver[i]!;
          const { observers } = this;
          const result = observers === undefined ? handler(data, event) : observers.call(handler, subscribers[i]!, data, event);
          if (result !== undefined) this.settle(result, route, i, event);
        }
        return;
      } catch (error) {
        this.failed(error, route.subscribers[i++]!, event);
      }
    }
  }

  private failed(error: unknown, at: Subscriber, event: BusEvent): void {
    if (event.ref !== 0) this.go.shows(event);
    this.failures.report(error, at, event);
  }

  /** Goes on with an event of the hot path after the failure of a subscriber. */
  private resume(route: Route, event: BusEvent, failed: number, error: unknown): void {
    this.busy = true;
    try {
      this.failures.report(error, route.subscribers[failed]!, event);
      this.deliverFrom(failed + 1, route, event);
      this.delivered += route.deliver.length;
    } finally {
      this.busy = false;
    }
    this.drain();
  }

  private settle(result: unknown, route: Route, i: number, event: BusEvent): void {
    if (typeof result !== 'object' || result === null || typeof (result as PromiseLike<unknown>).then !== 'function') return;
    Promise.resolve(result).catch((error) => this.failures.report(error, route.subscribers[i]!, event));
  }

  /** The cause of what is published now; undefined outside of a delivery. */
  causeNow(topic: string): Cause | undefined { return this.busy ? this.causeFor(topic) : undefined; }

  private causeFor(topic: string): Cause { return this.causes.of(topic, this.current, this.live); }
}
