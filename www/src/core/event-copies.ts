import { BusEvent, describe, metaOf, metas, type Cause, type Exchange, type Meta } from './event.js';
import type { PublishOptions } from './event-fields.js';
import type { Origin } from './origin.js';

// What features and Go do with events beyond making and delivering them.

/** Gives an event that nobody asked for its time the time at which it was published. */
export function stamp(event: BusEvent, time: number): void {
  metaOf(event).time ??= time;
}

/** What is known of the event without making it. */
export function known(event: BusEvent): PublishOptions {
  return (metas.get(event) ?? {}) as PublishOptions;
}

/** Sets the version that the data is of now; the schema of another version is not its schema. */
export function setVersion(event: BusEvent, version: number): void {
  const meta = metaOf(event);
  if (Number(meta.version ?? version) !== version) delete meta.dataschema;
  meta.version = version;
  meta.said = true;
}

/** Another event that says the same, to be changed while somebody has the first. */
export function copyOf(event: BusEvent): BusEvent {
  const copy: BusEvent = Object.assign(Object.create(Object.getPrototypeOf(event)), event);
  metas.set(copy, { ...metas.get(event) } as Meta);
  return copy;
}

/** The event for another instance of Go than the one that published it and has died, or for none: its data is JavaScript's. */
export function detached(event: BusEvent): BusEvent {
  if (event.ref === 0) return event;
  const own = Object.isFrozen(event) ? copyOf(event) : event;
  (own as { ref: number }).ref = 0;
  return own;
}

/** The same event for one attempt of one handler, with a signal of its own. */
export function attemptOf(event: BusEvent, signal: AbortSignal): BusEvent {
  void event.time; // both are of one moment
  const copy = Object.create(Object.getPrototypeOf(event) as object, Object.getOwnPropertyDescriptors(event)) as BusEvent;
  metas.set(copy, { ...metaOf(event), signal });
  return copy;
}

/** A request, which is an event that responders answer. */
export class RequestEvent<T = any, N extends string = string> extends BusEvent<T, N> {
  override readonly cause: Cause | undefined;
  override readonly exchange: Exchange;

  constructor(topic: N, data: T, seq: number, origin: Origin, cause: Cause | undefined, exchange: Exchange) {
    super(topic, data, seq, origin);
    this.cause = cause;
    this.exchange = exchange;
  }

  override get signal(): AbortSignal { return super.signal ?? this.exchange.signal; }
}

/** Makes the event of a request as the dispatcher makes others. */
export function requestOf(dispatcher: { readonly origin: Origin; causeNow(topic: string): Cause | undefined }, topic: string, data: unknown, exchange: Exchange, options?: PublishOptions): BusEvent {
  const event = new RequestEvent(topic, data, 0, dispatcher.origin, dispatcher.causeNow(topic), exchange);
  if (options !== undefined) describe(event, options);
  return event;
}
