import type { Compiler } from './dispatcher.js';
import type { Histories } from './history.js';
import { matches } from './grammar.js';
import type { Registry } from './registry.js';
import { Route } from './route.js';

/** Routing while Go is not up: the same answer as Go's table for JavaScript's own subscriptions, by asking each of them. */
export class Provisional implements Compiler {
  constructor(private readonly registry: Registry, private readonly histories: Histories) {}

  compile(topic: string): Route {
    const subscribers = this.registry.inOrder((s) => s.wild ? matches(s.pattern, topic) : s.pattern === topic);
    const recorder = this.histories.recorderOf(topic);
    return new Route(topic, recorder === undefined ? subscribers : [recorder, ...subscribers]);
  }
}
