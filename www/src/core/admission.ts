import type { Dispatcher } from './dispatcher.js';
import { RecursionError } from './errors.js';
import { copyOf, type BusEvent } from './event.js';
import type { Failures } from './failures.js';
import { deepFreeze } from './freeze.js';
import type { Interceptors } from './interceptors.js';

/** Admissions in each other: they nest on the engine's stack, and where Go intercepts, on Go's in it. */
const MAX_NESTED = 100;

/** What an admission asks of Go, while it is up. */
export interface GoAdmission {
  /** False: an interceptor dropped the event. */
  intercept(event: BusEvent): boolean;
  /** Brings the event to what Go declared of its topic, or throws what its publisher has to know. */
  check(event: BusEvent): void;
  decode(event: BusEvent): unknown;
  release(ref: number): void;
}

/** What was declared of topics: of which version and schema their data have to be. */
export interface Declarations {
  /** Those of which something was. */
  readonly topics: ReadonlySet<string>;
  /** In JavaScript. */
  has(topic: string): boolean;
  /** In Go. */
  hasGo(topic: string): boolean;
  /** Brings the event to it, or throws what its publisher has to know. */
  pass(event: BusEvent): void;
}

/** What the admission needs of its bus. */
export interface AdmissionHost {
  readonly dispatcher: Dispatcher;
  readonly failures: Failures;
  readonly interceptors: Interceptors;
  readonly declarations: Declarations;
  readonly counts: { intercepted: number };
  /** Whether payloads are frozen. */
  readonly dev: boolean;
  /** Throws when the bus is closed. */
  open(): void;
}

/**
 * The one door of the bus. Whatever way an event comes, here it passes the interceptors, then the version and schema of
 * its topic, and is frozen in `dev` mode, before it has a place in the order. What they throw is its publisher's.
 */
export class Admission {
  /** While Go is up. */
  go: GoAdmission | undefined;
  /** Whether Go has interceptors. */
  goIntercepts = false;
  /** Whether the events of every topic have something to pass. */
  slow = false;
  /** Topics of the admissions that are going on, each in the one before. */
  private readonly nested: string[] = [];

  constructor(private readonly host: AdmissionHost) {}

  /** Sets `slow` anew: interceptors came or went. */
  changed(): void {
    this.slow = this.host.dev || this.goIntercepts || this.host.interceptors.any;
  }

  /** Takes a prepared event to `accept`, unless an interceptor drops it. */
  enter(event: BusEvent, accept: (event: BusEvent) => void): void {
    const { nested } = this;
    this.host.dispatcher.find(event.topic); // its grammar, and what Go declared of it
    if (!this.slow && !this.host.declarations.topics.has(event.topic)) return accept(event);
    // An interceptor, a schema or an upcast that publishes is within the admission of its own event.
    if (nested.length >= MAX_NESTED) {
      throw new RecursionError([...nested.slice(-9), event.topic], MAX_NESTED, 'while the one before was passing interceptors, schema and upcasts');
    }
    nested.push(event.topic);
    try {
      this.pass(event, accept);
    } finally {
      nested.pop();
    }
  }

  private pass(event: BusEvent, accept: (event: BusEvent) => void): void {
    const { interceptors, counts, open, dev } = this.host;
    let passed = false, returned = false;
    const { data } = event;
    interceptors.run(event, (event) => {
      // Other data than Go's is JavaScript's.
      if (event.data !== data) (event as { ref: number }).ref = 0;
      const own = event.ref === 0;
      if (this.goIntercepts && own && this.go?.intercept(event) === false) return;
      passed = true;
      if (returned) counts.intercepted--;
      open();
      this.check(event, own ? event.ref : 0);
      if (dev) deepFreeze(event.data, true);
      accept(event);
    });
    returned = true;
    if (!passed) counts.intercepted++;
  }

  /** Version and schema. `held`: the number of what Go's interceptors made of the data. */
  private check(event: BusEvent, held: number): void {
    const { declarations } = this.host;
    const { topic } = event;
    if (!declarations.topics.has(topic)) return;
    try {
      if (declarations.has(topic)) {
        if (held !== 0 && event.data === undefined) (event as { data: unknown }).data = this.go!.decode(event);
        declarations.pass(event);
      }
      // Go has seen to what is its own.
      if (declarations.hasGo(topic) && (event.ref === 0 || held !== 0)) this.go?.check(event);
    } catch (error) {
      (event as { ref: number }).ref = 0;
      throw error;
    } finally {
      if (held !== 0 && event.ref !== held) this.go?.release(held);
    }
  }

  /**
   * Takes an event that Go publishes to `accept`; whether it was accepted at once with Go's data, which Go then keeps
   * until the event has been delivered.
   */
  enterFromGo(event: BusEvent, accept: (event: BusEvent) => void): boolean {
    const { dispatcher, interceptors, declarations } = this.host;
    const route = dispatcher.find(event.topic);
    if (route.script || interceptors.any || declarations.has(event.topic)) (event as { data: unknown }).data = this.go!.decode(event);
    let accepted = false, returned = false;
    this.enter(event, (event) => {
      // Go has forgotten what was not accepted at once.
      if (returned) (event as { ref: number }).ref = 0;
      accepted = event.ref !== 0;
      accept(event);
    });
    returned = true;
    return accepted;
  }

  /**
   * An event from before Go was up, as what Go declared of its topic lets it through to Go's subscribers; undefined if
   * it does not. Its publisher is gone, so that an error is a failure, or that of the request that waits for an answer.
   */
  late(event: BusEvent): BusEvent | undefined {
    const { dispatcher, failures, declarations } = this.host;
    dispatcher.find(event.topic);
    if (!declarations.hasGo(event.topic)) return event;
    try {
      const copy = copyOf(event); // JavaScript's subscribers have the other one
      this.go!.check(copy);
      return copy;
    } catch (error) {
      if (event.exchange !== undefined && !event.exchange.done) event.exchange.cancel(error);
      else failures.report(error, { pattern: event.topic, name: undefined }, event);
      return undefined;
    }
  }
}
