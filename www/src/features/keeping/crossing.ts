import { BusEvent, describe } from '../../core/event.js';
import type { Held, Histories, Holder } from './history.js';
import type { History } from '../../core/types.js';
import { From, Status } from '../../core/crossing/exports.js';
import { describedBy } from '../../core/crossing/fields.js';
import type { Crossing, FeatureCrossing } from '../../core/crossing/crossing.js';
import { resume, type ReplayHost } from './replay.js';

/** Topics that are told of at a time. */
const SOME = 1000;

/** One instance of Go, which holds its own events that topics keep. */
class GoHolder implements Holder {
  constructor(private readonly port: Crossing) {}

  handOver(): ReturnType<Holder['handOver']> {
    const { port } = this, { go, memory } = port;
    const count = port.tell(go.trolleybus_handover), fields = memory.outputStrings();
    const topics: [string, Readonly<History>][] = [], events: [BusEvent, Held][] = [];
    for (let i = 0; i + 3 < fields.length; i += 4) topics.push([fields[i]!, keepFrom(...fields.slice(i + 1, i + 4).map(Number) as [number, number, number])]);
    for (let i = 0; i < count && port.alive; i++) {
      const ref = port.tell(go.trolleybus_past, i);
      if (!port.alive) break;
      const given = memory.outputStrings(), [topic = '', seq, size] = given.splice(-3);
      const event = new BusEvent(topic, undefined, Number(seq), port.origin);
      describe(event, port.optionsOf(given));
      events.push([event, { ref, size: Number(size), ...this.dataOf(ref) }]);
    }
    return { topics, events };
  }

  hold(event: BusEvent, sized: boolean): ReturnType<Holder['hold']> {
    const { port } = this, { go, memory } = port;
    const keep = (kind: number, lent: number): number => port.telling(() => go.trolleybus_keep(event.ref, kind, lent, event.seq, Number(sized)));
    const answer = event.cause === undefined ? keep(From.Go, 0) : port.lending(event, (lent) => keep(From.GoCaused, lent));
    const size = sized ? memory.outputNumber() : 0, ref = answer >>> 1;
    const data = event.data === undefined ? this.dataOf(ref) : { data: event.data, error: undefined };
    return port.alive ? { ref, size, observed: (answer & 1) !== 0, ...data } : undefined;
  }

  private dataOf(ref: number): Pick<Held, 'data' | 'error'> {
    try {
      return { data: this.port.decode({ ref } as BusEvent), error: undefined };
    } catch (error) {
      return { data: undefined, error };
    }
  }

  retained(ref: number): void { this.port.tell(this.port.go.trolleybus_retained, ref); }
  release(ref: number): void { this.port.release(ref); }

  clear(topic: string): void {
    const { port } = this;
    const length = port.memory.write(topic);
    if (port.ask(port.go.trolleybus_clear, length) === Status.Failed) throw port.error();
  }
}

/** What Go says a topic is to keep: 0 is no bound. */
function keepFrom(count: number, age: number, bytes: number): Readonly<History> {
  return { ...count && { count }, ...age && { age }, ...bytes && { bytes } };
}

/** What topics keep, for one instance of Go. */
export function crossing(port: Crossing, histories: Histories, host: ReplayHost): FeatureCrossing {
  const { quietly, memory, refs } = port;
  const pairs = (all: readonly [topic: string, length: number][]): number => all.length === 0 ? 0 : memory.writeStrings(all.flatMap(([topic, length]) => [topic, String(length)]));
  /** What Go is being told of. */
  let past: ReturnType<Histories['past']> = [];
  return {
    up: () => histories.up(new GoHolder(port)),
    settled: () => resume(host.kernel.registry.all(), host),
    down: () => histories.down(),
    calls: {
      /** Go declares what a topic keeps. */
      keeps: quietly((at: number, length: number, count: number, age: number, bytes: number) => histories.declare(memory.text(at, length), keepFrom(count, age, bytes), false)),
      /** Go reads what topics keep: how many events. */
      kept: quietly((at: number, length: number, last: number, after: number) => {
        past = histories.past(memory.text(at, length), after > 0 ? { after } : last > 0 ? last : 'all');
        return past.length;
      }),
      /** One of them: the number under which Go holds it, or one that it is to release, topic, number and attributes in the input; the length. */
      recall: quietly((i: number) => {
        const { event, ref } = past[i]!;
        if (i === past.length - 1) past = [];
        if (ref !== 0) return memory.writeStrings([String(ref)]);
        const fields = describedBy(event);
        return memory.writeStrings([String(refs.hold(event)), event.topic, String(event.seq), ...fields]);
      }),
      /** Topics with the number of their events in the input, some from one on; the length. */
      counts: quietly((from: number) => pairs([...histories.lengths()].slice(from, from + SOME))),
      /** The same of some that a pattern matches, which are deleted. */
      clear: quietly((at: number, length: number) => pairs(histories.wipe(memory.text(at, length), SOME))),
      unkeep: quietly(() => histories.forget(new Set(memory.outputStrings()))),
    },
  };
}
