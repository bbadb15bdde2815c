import { OptionError, RecursionError } from './errors.js';
import type { BusEvent } from './event.js';
import { deepFreeze } from './freeze.js';
import type { Observers } from './observers.js';
import type { Places } from './places.js';
import type { Interceptor } from './types.js';

/** Admissions in each other: they nest on the engine's stack, and where Go intercepts, on Go's in it. */
const MAX_NESTED = 100;

/** Go's share in the admission, while it is up. */
export interface AdmissionInGo {
  /** Whether it has something for the events of every topic. */
  readonly intercepts: boolean;
  /** False: dropped. `data` are those from before the interceptors. */
  intercept(event: BusEvent, data: unknown): boolean;
  /** What was declared of the event's topic, in JavaScript or in Go, right behind `intercept`. */
  check(event: BusEvent): void;
}

/** What the admission needs of its bus. */
export interface AdmissionHost {
  readonly dispatcher: { find(topic: string): unknown };
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
  /** The interceptors. */
  chain: readonly Interceptor[] = [];
  inGo: AdmissionInGo | undefined;
  /** Whether the events of every topic have something to pass, or none does because the bus is closed. */
  slow = false;
  /** Topics of the admissions that are going on, each in the one before. */
  private readonly nested: string[] = [];

  /** `declared`: topics of which something was declared in JavaScript or in Go. */
  constructor(private readonly host: AdmissionHost, readonly declared: Set<string>) {}

  /** Sets `slow` anew: interceptors or observers came or went, or the bus was closed. */
  changed(): void {
    const { host, inGo } = this;
    this.slow = host.closed || host.dev || host.observers.any || this.chain.length > 0 || inGo !== undefined && inGo.intercepts;
  }

  /** Takes a prepared event to `accept`, unless an interceptor drops it, whom an event may have passed elsewhere. */
  enter(event: BusEvent, accept: (event: BusEvent) => void, intercepted = false): void {
    const { nested, host, chain } = this, { topic, data } = event;
    host.dispatcher.find(topic); // its grammar, and what Go declared of it
    if (!this.slow && !this.declared.has(topic)) return accept(event);
    const { counts, places } = host;
    let passed = false, returned = false;
    const step = (i: number): void => {
      const interceptor = chain[i];
      if (interceptor !== undefined) {
        let called = false;
        return interceptor(event, (...replacement: unknown[]) => {
          if (called) throw new OptionError('next', 'one call for each event', 'a second one');
          called = true;
          if (replacement.length > 0) (event as { data: unknown }).data = replacement[0];
          step(i + 1);
        });
      }
      const { inGo } = this;
      if (inGo?.intercept(event, data) === false) return;
      passed = true;
      if (returned) counts.intercepted--;
      host.open();
      if (this.declared.has(event.topic)) (inGo ?? places.schemas)?.check(event);
      if (host.dev) deepFreeze(event.data, true);
      accept(event);
    };
    try {
      // An interceptor, a schema or an upcast that publishes is within the admission of its own event.
      if (nested.push(topic) > MAX_NESTED) throw new RecursionError(nested.slice(-10), MAX_NESTED, 'while the one before was passing interceptors, schema and upcasts');
      step(intercepted ? chain.length : 0);
    } finally {
      nested.pop();
    }
    returned = true;
    if (passed) return;
    counts.intercepted++;
    host.observers.dropped(event, undefined, 'intercepted');
  }
}
