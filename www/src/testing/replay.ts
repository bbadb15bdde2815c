import type { Bus, PublishOptions } from 'trolleybus';
import { inner } from '../core/inner.js';
import { settled, type VirtualClock } from './clock.js';
import { eventsOf, type RecordedEvent, type Recording } from './record.js';

/** Options of `replay`. */
export interface ReplayOptions {
  /** The bus's clock, which is advanced between the events; without it they are published one right after the other. */
  clock?: VirtualClock;
}

/**
 * Publishes recorded events in their order, each with what its publisher said of it: id, subject, key, version, trace
 * context, schema, media type and extensions.
 * Between two of them the clock, which should be the bus's, is advanced by the time that lay between them, or not at
 * all where the time of day had jumped back, and promises may settle. A clock made by
 * `virtualClock({ date: events[0].time })` gives them the times that they had.
 *
 * Events that handlers on this bus publish anyway would be there twice: see `roots`. Rejects with what `publish` throws.
 */
export async function replay(bus: Bus<any, any>, recording: Recording | readonly RecordedEvent[], options: ReplayOptions = {}): Promise<void> {
  inner.check('bus', 'replay bus', bus);
  const { clock } = inner.read('replay', options);
  let last: number | undefined;
  for (const event of [...eventsOf(recording)]) {
    if (clock !== undefined) {
      const time = inner.check('number', `time of recorded event ${event.topic}`, event.time);
      if (last !== undefined) await clock.advanceAsync(Math.max(0, time - last));
      last = time;
    }
    const said: Record<string, unknown> = {};
    for (const name of ['id', 'subject', 'key', 'version', 'traceparent', 'dataschema', 'datacontenttype', 'extensions'] as const) if (event[name] !== undefined) said[name] = event[name];
    bus.publish(event.topic, event.data, said as PublishOptions);
  }
  await settled();
}
