import { matches } from './grammar.js';
import type { Subscriber } from './subscriber.js';
import type { Deliver } from './subscription.js';

function skip(): void {}

// A literal of one has no spare room, unlike an array that is pushed to: most topics have one subscriber.
function functions(subscribers: readonly Subscriber[]): Deliver[] {
  if (subscribers.length === 0) return NOTHING;
  if (subscribers.length === 1) return [subscribers[0]!.deliver];
  const deliver: Deliver[] = [];
  for (const s of subscribers) deliver.push(s.deliver);
  return deliver;
}

// An array that has never held a function is of another kind to the engine, and the hot loop would have to tell the two
// apart. (So is what `map` returns, once it is compiled.)
const NOTHING: Deliver[] = [skip];
NOTHING.length = 0;

/**
 * The subscribers of one topic in order, compiled by Go (or provisionally), run as they stand: an array of functions,
 * because that is what the hot loop reads. Frozen but for removal, which puts `skip` in the place of a function.
 */
export class Route {
  readonly deliver: Deliver[];
  /** Whether a JavaScript subscriber is among them, so that data of Go must be decoded. */
  readonly script: boolean;

  constructor(readonly topic: string, readonly subscribers: readonly Subscriber[]) {
    let script = false;
    for (const s of subscribers) {
      s.used = true;
      if (!('handle' in s)) script = true;
    }
    this.deliver = functions(subscribers);
    this.script = script;
  }

  /** The route once a subscriber has come, who is the last of all in order. */
  with(subscriber: Subscriber): Route { return new Route(this.topic, [...this.subscribers, subscriber]); }

  /** The route once a subscriber has gone. */
  without(subscriber: Subscriber): Route { return new Route(this.topic, this.subscribers.filter((s) => s !== subscriber)); }

  /** Takes a subscriber out of a running delivery (D2: removed during it, not called any more). */
  drop(subscriber: Subscriber): void {
    const i = this.subscribers.indexOf(subscriber);
    if (i >= 0) this.deliver[i] = skip;
  }
}

export const NOBODY = new Route('', []);

/**
 * The compiled routes by topic, at most `2 * half`. Two generations: when the young one is full it becomes the old one
 * and the old one is dropped whole, so that a stream of topics published once each costs no bookkeeping per topic.
 */
export class RouteCache {
  /** By topic. */
  young = new Map<string, Route>();
  old = new Map<string, Route>();

  constructor(private readonly half: number) {}

  get(topic: string): Route | undefined {
    const route = this.young.get(topic);
    if (route !== undefined || this.old.size === 0) return route;
    const aged = this.old.get(topic);
    if (aged !== undefined) this.set(aged);
    return aged;
  }

  set(route: Route): void {
    if (this.young.size >= this.half) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(route.topic, route);
  }

  /** Puts what `change` makes of each route of a pattern in its place; undefined forgets it, to be compiled again. */
  change(pattern: string, wild: boolean, change: (route: Route) => Route | undefined): void {
    for (const routes of [this.young, this.old]) {
      if (!wild) replace(routes, routes.get(pattern), change);
      else for (const route of routes.values()) if (matches(pattern, route.topic)) replace(routes, route, change);
    }
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}

function replace(routes: Map<string, Route>, route: Route | undefined, change: (route: Route) => Route | undefined): void {
  const by = route && change(route);
  if (by !== undefined) routes.set(by.topic, by);
  else if (route !== undefined) routes.delete(route.topic);
}
