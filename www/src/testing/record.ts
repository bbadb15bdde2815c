import type { AllTopics, Bus, BusEvent, DataOf, Pattern, TopicMap, TopicsOf } from 'trolleybus';
import { inner } from '../core/inner.js';

/** What an event was, as plain data: what the event did not have is left out. */
export interface RecordedEvent<D = unknown, N extends string = string> {
  /** Its topic. */
  topic: N;
  /** Its data, by reference. */
  data: D;
  /** Its number in the order of the bus. */
  seq: number;
  /** Its id. */
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  /** The bus that it was published on. */
  source: string;
  /** What its publisher said that it is about. */
  subject?: string;
  /** Its publisher's key. */
  key?: string;
  /** The version of its data. */
  version?: string | number;
  /** Its trace context. */
  traceparent?: string;
  /** The URI of its data's schema, which its publisher gave. */
  dataschema?: string;
  /** The media type of its data, where its publisher gave one. */
  datacontenttype?: string;
  /** Its CloudEvents extensions. */
  extensions?: Readonly<Record<string, string | number | boolean>>;
  /** `id` of the event whose handler published this one. */
  causationId?: string;
  /** `id` of the first event of the chain. */
  correlationId: string;
}

/** The events of a pattern as they are recorded: a union over its topics. */
export type RecordedOf<M extends TopicMap, P extends string> =
  string extends TopicsOf<M, P> ? RecordedEvent<DataOf<M, P>> : { [T in TopicsOf<M, P>]: RecordedEvent<DataOf<M, T>, T> }[TopicsOf<M, P>];

/** What `record` has got. */
export interface Recording<E extends RecordedEvent = RecordedEvent> {
  /** What came so far, in the order in which it came. */
  readonly events: readonly E[];
  /** Returns what came so far and forgets it. */
  take(): E[];
  /** Ends the recording; what came stays. */
  stop(): void;
  /** Ends it at the end of the block, with `using`. */
  [Symbol.dispose](): void;
}

const FIELDS = ['topic', 'data', 'seq', 'id', 'time', 'source', 'subject', 'key', 'version', 'traceparent', 'dataschema', 'datacontenttype', 'extensions', 'causationId', 'correlationId'] as const;

/** Records the events of a pattern. It is one more subscriber; `data` is kept by reference. */
export function record<M extends TopicMap, R extends TopicMap, P extends string = '>'>(bus: Bus<M, R>, pattern?: Pattern<AllTopics<M, R>, P>): Recording<RecordedOf<AllTopics<M, R>, P>>;
export function record(bus: Bus<any, any>, pattern = '>'): Recording {
  inner.check('bus', 'record bus', bus);
  let events: RecordedEvent[] = [];
  const stop = bus.subscribe(pattern, (_data: unknown, event: BusEvent) => {
    const recorded: Record<string, unknown> = {};
    for (const name of FIELDS) if (event[name] !== undefined || name === 'data') recorded[name] = event[name];
    events.push(recorded as unknown as RecordedEvent);
  }, { name: 'recording' });
  return {
    get events() { return events; },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
    stop,
    [Symbol.dispose]: stop,
  };
}

/**
 * The events that no other of the recording caused: what `replay` has to publish when the handlers that published the
 * others are there to do it again.
 */
export function roots<E extends RecordedEvent>(recording: Recording<E> | readonly E[]): E[] {
  const events = eventsOf(recording);
  const ids = new Set(events.map(({ id }) => id));
  return events.filter(({ causationId }) => causationId === undefined || !ids.has(causationId));
}

export function eventsOf<E extends RecordedEvent>(recording: Recording<E> | readonly E[]): readonly E[] {
  inner.check('recording', 'recording', recording);
  return 'events' in recording ? recording.events : recording;
}
