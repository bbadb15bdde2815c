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
