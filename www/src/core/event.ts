import type { Extensions, PublishOptions } from './event-fields.js';
import type { Origin } from './origin.js';

/** The event that a nested publish was made in. Holds no payload, so that a kept event keeps no other one's data alive. */
export interface Cause {
  readonly topic: string;
  readonly id: string;
  readonly depth: number;
  readonly up: Cause | undefined;
  readonly traceparent: string | undefined;
  /** Given by its publisher. */
  readonly correlationId: string | undefined;
}

/** What the bus does with the exchange of a request; who makes it does the rest. */
export interface Exchange {
  /** Decided: nobody is asked any more. */
  readonly done: boolean;
  /** Aborts when nobody waits for an answer any more. */
  readonly signal: AbortSignal;
  /** Decides it without the responders. */
  cancel(error: unknown): void;
  /** Everybody has been asked who was there when the delivery of its event began. */
  handedOut(event: BusEvent): void;
}

export type Meta = { [K in keyof PublishOptions]: PublishOptions[K] | undefined } & { said?: boolean; signal?: AbortSignal; via?: string };

// Rarely read, so it costs the hot path nothing; a WeakMap, so that it works on frozen events too.
export const metas = new WeakMap<BusEvent, Meta>();

export function metaOf(event: BusEvent): Meta {
  let meta = metas.get(event);
  if (meta === undefined) metas.set(event, meta = {});
  return meta;
}

let unnumbered = 0;

/** An interceptor asked for the id before the event was numbered: it keeps this one. */
function earlyId(event: BusEvent): string {
  const meta = metaOf(event);
  meta.said = true;
  return meta.id = `${event.origin.instance}-p${++unnumbered}`;
}

/** Each event as the bus has it: `BusEvent` of event-types.ts, which says what a handler may read, and what only the bus reads. */
export class BusEvent<T = unknown, N extends string = string> {
  /** The event this one was published in. */
  declare readonly cause: Cause | undefined;
  /** Number of Go's own event, 0 for events of JavaScript. */
  declare readonly ref: number;
  /** Of a request. */
  declare readonly exchange: Exchange | undefined;
  declare readonly subject: string | undefined;
  declare readonly key: string | undefined;
  declare readonly version: string | number | undefined;
  declare readonly dataschema: string | undefined;
  declare readonly datacontenttype: string | undefined;
  declare readonly extensions: Extensions | undefined;

  constructor(
    readonly topic: N,
    readonly data: T,
    readonly seq: number,
    readonly origin: Origin,
  ) {}

  /** Whether the publisher said more of it than topic and data. */
  get described(): boolean { return metas.get(this)?.said ?? false; }
  get id(): string { return metas.get(this)?.id ?? (this.seq === 0 ? earlyId(this) : `${this.origin.instance}-${this.seq}`); }
  get time(): number { return metaOf(this).time ??= this.origin.clock.date(); }
  get source(): string { return metas.get(this)?.source ?? this.origin.source; }
  get signal(): AbortSignal | undefined { return metas.get(this)?.signal; }
  get traceparent(): string | undefined { return metas.get(this)?.traceparent ?? this.cause?.traceparent; }
  get causationId(): string | undefined { return metas.get(this)?.causationId ?? this.cause?.id; }
  get correlationId(): string {
    let id = metas.get(this)?.correlationId, last: string | undefined;
    for (let cause = this.cause; id === undefined && cause !== undefined; cause = cause.up) {
      id = cause.correlationId;
      last = cause.id;
    }
    return id ?? last ?? this.id;
  }
}

Object.defineProperties(BusEvent.prototype, { cause: { value: undefined, writable: true }, exchange: { value: undefined, writable: true }, ref: { value: 0, writable: true } });
for (const name of ['subject', 'key', 'version', 'dataschema', 'datacontenttype', 'extensions'] as const) {
  Object.defineProperty(BusEvent.prototype, name, { configurable: true, get(this: BusEvent) { return metas.get(this)?.[name]; } });
}

/** Sets what the publisher said of the event. */
export function describe(event: BusEvent, options: PublishOptions): void {
  metas.set(event, { ...options, extensions: options.extensions && Object.freeze(options.extensions), said: true });
}

export function causeFrom(event: BusEvent): Cause {
  const up = event.cause, given = metas.get(event);
  return {
    topic: event.topic, id: event.id, depth: (up?.depth ?? 0) + 1, up,
    traceparent: given?.traceparent ?? up?.traceparent, correlationId: given?.correlationId,
  };
}

/**
 * An event published by a handler. Its cause is a field of a class of its own, because a field of every event is paid
 * for by all. All buses share the two classes: a class for each bus would make the engine forget the shape of both.
 */
export class CausedEvent extends BusEvent {
  override readonly cause: Cause;

  constructor(topic: string, data: unknown, seq: number, origin: Origin, cause: Cause) {
    super(topic, data, seq, origin);
    this.cause = cause;
  }
}
