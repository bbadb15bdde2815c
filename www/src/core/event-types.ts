import { BusEvent as Made } from './event.js';
import type { Extensions } from './event-fields.js';

export type { Extensions, PublishOptions } from './event-fields.js';

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

/** For `event instanceof BusEvent`; only the bus makes events. */
export const BusEvent: abstract new (...none: never) => BusEvent<any> = Made;
