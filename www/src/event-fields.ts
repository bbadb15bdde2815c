/** CloudEvents attributes that an event has no place of its own for, by name. Numbers are integers of 32 bits. */
export type Extensions = Readonly<Record<string, string | number | boolean>>;

/** What a publisher may say of an event beside its topic and data. All of it is optional. */
export interface PublishOptions {
  /** Identity, for dedupe and as the CloudEvents `id`; made from the sequence number when left out. */
  id?: string;
  /** CloudEvents `subject`: what in the source the event is about, for example an order number. */
  subject?: string;
  /** Events of one key keep their order where work is spread (`retry.key`, CloudEvents `partitionkey`). */
  key?: string;
  /** Version of the data's schema; upcasts of the topic bring an older one up to date. The topic's own when left out. */
  version?: string | number;
  /** W3C trace context: a `traceparent`. That of the causing event when left out. */
  traceparent?: string;
  /** Milliseconds since the epoch, at most 292 years from it; for events that happened elsewhere or earlier. Now when left out. */
  time?: number;
  /** CloudEvents `source`, for events of another bus; the name of this one when left out. */
  source?: string;
  /** `id` of the first event of the chain that this one belongs to; known by itself for what a handler publishes. */
  correlationId?: string;
  /** `id` of the event that caused this one; known by itself for what a handler publishes. */
  causationId?: string;
  /** CloudEvents `dataschema`: the URI of the data's schema. */
  dataschema?: string;
  /** CloudEvents `datacontenttype`, where it is neither JSON nor plain bytes. */
  datacontenttype?: string;
  /** Other CloudEvents attributes, such as `sequence`. Names are of a to z and 0 to 9; numbers are integers of 32 bits. */
  extensions?: Extensions;
}

/**
 * What a handler gets beside the data: one event, read-only, of topic `N` with data `T`. All but `topic`, `data` and `seq`
 * is made when it is first read, so that an event which is kept for later should have its `time` read first.
 * ```ts
 * bus.subscribe('order.*', (order, event) => console.log(event.topic, event.id, new Date(event.time)));
 * ```
 */
export interface BusEvent<T = unknown, N extends string = string> {
  /** The topic that it was published on. */
  readonly topic: N;
  /** What was published: the same object for all subscribers of the page. */
  readonly data: T;
  /** Its place in the order of the bus, from 1; 0 until interceptors have let it pass. */
  readonly seq: number;
  /** Unique: `<bus instance>-<seq>` unless its publisher gave one. */
  readonly id: string;
  /** When it was published, or when its publisher says that it happened: milliseconds since the epoch. */
  readonly time: number;
  /** CloudEvents `source`: the name of the bus that it was published on, unless its publisher gave one. */
  readonly source: string;
  /** What it is about, if its publisher said so. */
  readonly subject: string | undefined;
  /** Its publisher's key: events of one key keep their order where work is spread. */
  readonly key: string | undefined;
  /** The version that its data is of: its topic's, else its publisher's. */
  readonly version: string | number | undefined;
  /** W3C trace context: its publisher's, else that of the causing event, as it is: the bus makes no spans. */
  readonly traceparent: string | undefined;
  /** Aborts when the time of this attempt is up or the subscription has ended; undefined where there is no `timeout`. */
  readonly signal: AbortSignal | undefined;
  /** CloudEvents `dataschema`: the URI of the data's schema, if its publisher gave one. */
  readonly dataschema: string | undefined;
  /** CloudEvents `datacontenttype`, if its publisher gave one. */
  readonly datacontenttype: string | undefined;
  /** Other CloudEvents attributes, frozen; undefined where there are none. */
  readonly extensions: Extensions | undefined;
  /** `id` of the event whose handler published this one, unless its publisher gave another. */
  readonly causationId: string | undefined;
  /** `id` of the first event of the chain that it belongs to; its own when it is the first. */
  readonly correlationId: string;
}
