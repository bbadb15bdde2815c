import type { Dispatcher } from './dispatcher.js';
import { RecursionError } from './errors.js';
import { copyOf, metas, type BusEvent } from './event.js';
import type { Failures } from './failures.js';
import { deepFreeze } from './freeze.js';
import type { Interceptors } from './interceptors.js';
import type { Observers } from './observers.js';
import type { Places } from './places.js';

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

/** What the admission needs of its bus. */
export interface AdmissionHost {
  readonly dispatcher: Dispatcher;
  readonly failures: Failures;
  readonly interceptors: Interceptors;
  readonly places: Places;
  readonly counts: { intercepted: number };
  readonly observers: Pick<Observers, 'any' | 'dropped'>;
  /** Whether payloads are frozen. */
  readonly dev: boolean;
  readonly closed: boolean;
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
  /** Whether the events of every topic have something to pass, or none does because the bus is closed. */
  slow = false;
  /** Topics of the admissions that are going on, each in the one before. */
  private readonly nested: string[] = [];
  /** Topics whose version or schema Go checks. */
  private readonly inGo = new Set<string>();

  /** `declared`: topics of which something was declared in JavaScript or in Go. */
  constructor(private readonly host: AdmissionHost, readonly declared: Set<string>) {}

  /** Go says that it has declared something of a topic. */
  declareGo(topic: string): void {
    this.inGo.add(topic);
    this.declared.add(topic);
  }

  /** The instance of Go is gone, and with it what it declared and its interceptors. */
  forgetGo(): void {
    const { schemas } = this.host.places;
    for (const topic of this.inGo) if (!schemas?.has(topic)) this.declared.delete(topic);
    this.inGo.clear();
    this.go = undefined;
    this.goIntercepts = false;
    this.changed();
  }

  /** Sets `slow` anew: interceptors or observers came or went, or the bus was closed. */
  changed(): void {
    this.slow = this.host.closed || this.host.dev || this.goIntercepts || this.host.interceptors.any || this.host.observers.any;
  }

  /** Takes a prepared event to `accept`, unless an interceptor drops it, whom an event may have passed elsewhere. */
  enter(event: BusEvent, accept: (event: BusEvent) => void, intercepted = false): void {
    const { nested } = this;
    this.host.dispatcher.find(event.topic); // its grammar, and what Go declared of it
    if (!this.slow && !this.declared.has(event.topic)) return accept(event);
    // An interceptor, a schema or an upcast that publishes is within the admission of its own event.
    if (nested.length >= MAX_NESTED) {
      throw new RecursionError([...nested.slice(-9), event.topic], MAX_NESTED, 'while the one before was passing interceptors, schema and upcasts');
    }
    nested.push(event.topic);
    try {
      this.pass(event, accept, intercepted);
    } finally {
      nested.pop();
    }
  }

  private pass(event: BusEvent, accept: (event: BusEvent) => void, intercepted: boolean): void {
    const { interceptors, counts, open, dev, observers } = this.host;
    let passed = false, returned = false;
    const { data } = event;
    const next = (event: BusEvent): void => {
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
    };
    if (intercepted) next(event);
    else interceptors.run(event, next);
    returned = true;
    if (passed) return;
    counts.intercepted++;
    observers.dropped(event, undefined, 'intercepted');
  }

  /** Version and schema. `held`: the number of what Go's interceptors made of the data. */
  private check(event: BusEvent, held: number): void {
    const { schemas } = this.host.places;
    const { topic } = event;
    if (!this.declared.has(topic)) return;
    try {
      if (schemas?.has(topic)) {
        if (held !== 0 && event.data === undefined) (event as { data: unknown }).data = this.go!.decode(event);
        schemas.pass(event);
      }
      // Go has seen to what is its own.
      if (this.inGo.has(topic) && (event.ref === 0 || held !== 0)) this.go?.check(event);
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
    const { dispatcher, interceptors, places } = this.host;
    const route = dispatcher.find(event.topic);
    if (route.script || interceptors.any || places.schemas?.has(event.topic)) (event as { data: unknown }).data = this.go!.decode(event);
    let accepted = false, returned = false;
    this.enter(event, (event) => {
      // Go has forgotten what was not accepted at once.
      if (returned) (event as { ref: number }).ref = 0;
      accepted = event.ref !== 0;
      accept(event);
    }, metas.get(event)?.via !== undefined); // where it came from
    returned = true;
    return accepted;
  }

  /**
   * An event from before Go was up, as what Go declared of its topic lets it through to Go's subscribers; undefined if
   * it does not. Its publisher is gone, so that an error is a failure, or that of the request that waits for an answer.
   */
  late(event: BusEvent): BusEvent | undefined {
    const { dispatcher, failures } = this.host;
    dispatcher.find(event.topic);
    if (!this.inGo.has(event.topic)) return event;
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
