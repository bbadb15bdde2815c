import type { Bus, BusEvent } from 'trolleybus';

/** What an event was, as plain data: what the event did not have is left out. */
export interface RecordedEvent {
  topic: string;
  data: unknown;
  seq: number;
  id: string;
  /** milliseconds since the epoch */
  time: number;
  source: string;
  subject?: string;
  key?: string;
  version?: string | number;
  traceparent?: string;
  extensions?: Readonly<Record<string, string | number | boolean>>;
  /** `id` of the event whose handler published this one */
  causationId?: string;
  correlationId: string;
}

export interface Recording {
  /** What came so far, in the order in which it came. */
  readonly events: readonly RecordedEvent[];
  /** Returns what came so far and forgets it. */
  take(): RecordedEvent[];
  /** Ends the recording; what came stays. */
  stop(): void;
  [Symbol.dispose](): void;
}

const FIELDS = ['topic', 'data', 'seq', 'id', 'time', 'source', 'subject', 'key', 'version', 'traceparent', 'extensions', 'causationId', 'correlationId'] as const;

/** Records the events of a pattern. It is one more subscriber; `data` is kept by reference. */
export function record(bus: Pick<Bus<any>, 'subscribe'>, pattern = '>'): Recording {
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
export function roots(recording: Recording | readonly RecordedEvent[]): RecordedEvent[] {
  const events = eventsOf(recording);
  const ids = new Set(events.map(({ id }) => id));
  return events.filter(({ causationId }) => causationId === undefined || !ids.has(causationId));
}

export function eventsOf(recording: Recording | readonly RecordedEvent[]): readonly RecordedEvent[] {
  return 'events' in recording ? recording.events : recording;
}
