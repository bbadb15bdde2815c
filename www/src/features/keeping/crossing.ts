import { BusEvent, describe } from '../../core/event.js';
import type { PublishOptions } from '../../core/event-fields.js';
import type { Histories, Recorder, Store } from './history.js';
import { sizeOf } from './size.js';
import type { History } from '../../core/types.js';
import { From, Status } from '../../core/crossing/exports.js';
import type { Crossing, FeatureCrossing } from '../../core/crossing/crossing.js';
import { resume, type ReplayHost } from './replay.js';

/** What topics keep, with Go: it decides how much, and has the data of its own events. */
export class Recordings implements Recorder {
  constructor(private readonly port: Crossing) {}

  declare(topic: string, keep: Readonly<History>): void {
    const { port } = this;
    const length = port.memory.writeStrings([topic, ...port.fieldsOf('history', keep)]);
    if (port.ask(port.go.trolleybus_declare, length) === Status.Failed) throw port.error();
  }

  /** What Go has kept before it met this page: topics with the places of their events in one order. */
  kept(): [topic: string, places: number[]][] {
    const { port } = this;
    const count = port.tell(port.go.trolleybus_histories);
    const fields = port.memory.outputStrings();
    return Array.from({ length: count }, (_, i) => [fields[2 * i]!, fields[2 * i + 1]!.trim().split(' ').map(Number)]);
  }

  /** Learns who records a topic in Go; how many events Go keeps. */
  meet(store: Store): number {
    const { port } = this;
    const length = port.memory.write(store.topic);
    if (port.ask(port.go.trolleybus_history, length) !== Status.OK || !port.alive) return 0;
    const [kept, sized] = port.memory.outputPair();
    store.handle = port.memory.outputNumber();
    store.sized = sized === 1;
    return kept;
  }

  /** Records an event; how many of the oldest go for it. Integers only: each event of the topic comes by. */
  record(store: Store, event: BusEvent): number {
    const { port } = this;
    if (!port.alive) return 0;
    const size = store.sized ? Math.min(sizeOf(event.data), 0x7fff_ffff) : 0;
    const { ref } = event;
    if (ref === 0) return port.telling(() => port.go.trolleybus_record(store.handle, event.seq, size, 0, 0, 0));
    const lent = port.refs.lend(event);
    try {
      return port.telling(() => port.go.trolleybus_record(store.handle, event.seq, size, ref, event.cause === undefined ? From.Go : From.GoCaused, lent));
    } finally {
      port.refs.takeBack();
    }
  }

  /** An event of Go's out of what a topic keeps; undefined if its data has no form in JavaScript. */
  recall(store: Store, i: number): BusEvent | undefined {
    const { port } = this;
    if (port.ask(port.go.trolleybus_kept, store.handle, i) !== Status.OK || !port.alive) return undefined;
    const ref = port.memory.outputNumber();
    const { seq, ...options } = port.optionsOf(port.memory.outputStrings()) as PublishOptions & { seq: string };
    try {
      const event = new BusEvent(store.topic, port.decode({ ref } as BusEvent), Number(seq), port.origin);
      describe(event, options);
      return event;
    } catch (error) {
      if (port.alive) throw error;
      return undefined;
    } finally {
      port.release(ref);
    }
  }

  expire(topic: string): void {
    const { port } = this;
    const length = port.memory.write(topic);
    port.ask(port.go.trolleybus_expire, length);
  }

  clear(topic: string): void {
    const { port } = this;
    const length = port.memory.write(topic);
    this.check(port.ask(port.go.trolleybus_clear, length));
  }

  private check(status: number): void {
    if (status === Status.Failed) throw this.port.error();
  }
}

/** What topics keep, for one instance of Go. */
export function crossing(port: Crossing, histories: Histories, host: ReplayHost): FeatureCrossing {
  const recordings = new Recordings(port), { quietly } = port;
  return {
    recorder: (topic) => histories.recorder(topic),
    up: () => histories.up(recordings),
    settled: () => resume(host.kernel.registry.all(), host),
    down: () => histories.down(),
    calls: {
      /** Keeps an event that a topic keeps for Go, for as long as it wants; its number. */
      recall: quietly((at: number, length: number, i: number) => {
        const event = histories.at(port.memory.text(at, length), i);
        return event === undefined ? 0 : port.refs.hold(event);
      }),
      forget: quietly((at: number, length: number, n: number) => histories.forget(port.memory.text(at, length), n)),
    },
  };
}
