import type { Kernel } from '../core/kernel.js';
import { metas, type BusEvent } from '../core/event.js';
import { copyOf } from '../core/event-copies.js';
import type { AdmissionInGo } from '../core/admission.js';

/** What it asks of an instance of Go. */
export interface Checker {
  /** False: an interceptor dropped the event. */
  intercept(event: BusEvent): boolean;
  /** Brings the event to what Go declared of its topic, or throws what its publisher has to know. */
  check(event: BusEvent): void;
  decode(event: BusEvent): unknown;
  release(ref: number): void;
}

/** Go's share in the admission of events, while it is up: its interceptors, and the versions and schemas that it declared. */
export class GoAdmission implements AdmissionInGo {
  /** Whether Go has interceptors. */
  intercepts = false;
  /** Topics whose version or schema Go checks. */
  private readonly topics = new Set<string>();
  /** The number of what Go's interceptors made of the data of the event that they have just let pass. */
  private held = 0;

  constructor(private readonly kernel: Kernel, private readonly go: Checker) {}

  /** Go says that it has declared something of a topic. */
  declare(topic: string): void {
    this.topics.add(topic);
    this.kernel.admission.declared.add(topic);
  }

  /** The instance of Go is gone, and with it what it declared and its interceptors. */
  end(): void {
    const { places: { schemas }, admission } = this.kernel;
    for (const topic of this.topics) if (!schemas?.has(topic)) admission.declared.delete(topic);
    if (admission.inGo === this) admission.inGo = undefined;
    admission.changed();
  }

  intercept(event: BusEvent, data: unknown): boolean {
    // Other data than Go's is JavaScript's.
    if (event.data !== data) (event as { ref: number }).ref = 0;
    const own = event.ref === 0;
    if (this.intercepts && own && !this.go.intercept(event)) return false;
    this.held = own ? event.ref : 0;
    return true;
  }

  check(event: BusEvent): void {
    const { topic } = event, { held, kernel: { places: { schemas } } } = this;
    try {
      if (schemas?.has(topic)) {
        if (held !== 0 && event.data === undefined) (event as { data: unknown }).data = this.go.decode(event);
        schemas.check(event);
      }
      // Go has seen to what is its own.
      if (this.topics.has(topic) && (event.ref === 0 || held !== 0)) this.go.check(event);
    } catch (error) {
      (event as { ref: number }).ref = 0;
      throw error;
    } finally {
      if (held !== 0 && event.ref !== held) this.go.release(held);
    }
  }

  /**
   * Takes an event that Go publishes into the order of the bus; whether it was accepted at once with Go's data, which Go
   * then keeps until the event has been delivered.
   */
  enter(event: BusEvent): boolean {
    const { dispatcher, places, admission, accept } = this.kernel;
    const route = dispatcher.find(event.topic);
    if (route.script || admission.chain.length > 0 || places.schemas?.has(event.topic)) (event as { data: unknown }).data = this.go.decode(event);
    let accepted = false, returned = false;
    admission.enter(event, (event) => {
      // Go has forgotten what was not accepted at once.
      if (returned) (event as { ref: number }).ref = 0;
      accepted = event.ref !== 0;
      accept(event);
    }, metas.get(event)?.via !== undefined); // the interceptors are those of where it came from
    returned = true;
    return accepted;
  }

  /**
   * An event from before Go was up, as what Go declared of its topic lets it through to Go's subscribers; undefined if
   * it does not. Its publisher is gone, so that an error is a failure, or that of the request that waits for an answer.
   */
  late(event: BusEvent): BusEvent | undefined {
    const { dispatcher, failures } = this.kernel;
    dispatcher.find(event.topic);
    if (!this.topics.has(event.topic)) return event;
    try {
      const copy = copyOf(event); // JavaScript's subscribers have the other one
      this.go.check(copy);
      return copy;
    } catch (error) {
      if (event.exchange !== undefined && !event.exchange.done) event.exchange.cancel(error);
      else failures.report(error, { pattern: event.topic, name: undefined }, event);
      return undefined;
    }
  }
}
