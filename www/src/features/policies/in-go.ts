import type { TrolleybusError } from '../../core/errors.js';
import { reason } from '../../core/told.js';
import { GoError } from '../../core/feature-errors.js';
import type { BusEvent } from '../../core/event.js';
import type { Runner, Policies as Deciding } from './runner.js';
import { microtask } from '../../core/microtask.js';
import type { DeadLetter, LetterChange, Pressure } from '../../core/policy-types.js';
import type { Subscription } from '../../core/subscription.js';
import type { Crossing } from '../../core/crossing/crossing.js';
import { From, GROUP, Status, WITH_KEYS, type Export } from '../../core/crossing/exports.js';
import { Letters, type Told } from './letters.js';

const Outcome = { Succeeded: 0, Failed: 1, FailedForGood: 2, Canceled: 3 } as const;

/** Subscriptions with policies: Go is offered each event, says which calls are to be made, and is told how they ended. */
export class Policies implements Deciding {
  private readonly runners = new Map<number, Runner>();
  // What was thrown, by event and subscription: Go knows only the text.
  private readonly errors = new WeakMap<BusEvent, Map<number, unknown>>();

  /** By the subscription that Go knows them by. That of a queue group's first member is there as long as the group. */
  private readonly stores = new Map<number, Runner>();
  /** What Go wants in them: no code of the user's runs within Go, which would have to wait for itself. */
  private readonly writes: (() => void)[] = [];
  /** Names of queue groups with members in JavaScript, by Go's numbers of them. */
  private readonly groups = new Map<number, string>();

  private readonly letters = new Letters();

  constructor(private readonly port: Crossing) {}

  /** Tells Go of a subscription; why it does not take it. */
  add(runner: Runner): TrolleybusError | undefined {
    const { number, subscription: { order, pattern }, options: { queue }, store } = runner;
    const { port } = this;
    const length = port.memory.writeStrings([pattern, ...optionsFor(runner, port)]);
    this.runners.set(number, runner);
    if (store !== undefined) this.stores.set(number, runner);
    if (port.ask(port.go.trolleybus_manage, number, order, length) === Status.Failed) {
      this.runners.delete(number);
      this.stores.delete(number);
      return port.error();
    }
    if (queue !== undefined && port.alive) this.groups.set(port.memory.outputNumber(), queue);
    this.tell(runner);
    return undefined;
  }

  /** The name of a queue group, if it has had members in JavaScript. */
  queueOf(group: number): string | undefined { return this.groups.get(group); }

  /** Tells Go of what it did not see handled, for its dedupe window. */
  tell(runner: Runner): void {
    for (const event of runner.handled.splice(0)) this.settled(runner.number, 0, event, Outcome.Succeeded, ['', '']);
  }

  /** The dates of a dedupe window that come next, from the first one on; the length. */
  load(number: number, first: boolean): number {
    return this.port.memory.writeStrings(this.stores.get(number)?.store?.load(first) ?? []);
  }

  /** A date for the id in the output; 0 or less: none any more. */
  store(number: number, date: number): void {
    const id = this.port.memory.outputString(), store = this.stores.get(number)?.store;
    if (store !== undefined && this.writes.push(() => date > 0 ? store.add(id, date) : store.remove(id)) === 1) microtask(this.write);
  }

  private readonly write = (): void => this.writes.splice(0).forEach((write) => write());

  /** Tells Go of what came and went. */
  flush(): void { this.port.flush(); }

  /** Lets go of timers that Go has no use for any more. */
  rest(): void { this.port.rest(); }

  held(number: number, event: BusEvent | undefined, held: boolean): void {
    const events = this.runners.get(number)?.held;
    if (event === undefined || events === undefined) return;
    if (held) events.add(event);
    else events.delete(event);
  }

  all(): Runner[] { return [...this.runners.values()]; }

  ended(number: number): void {
    const runner = this.runners.get(number), queue = runner?.options.queue;
    this.runners.delete(number);
    if (runner !== undefined) microtask(() => runner.finish()); // not within Go
    if (queue !== undefined && this.all().some(({ options }) => options.queue === queue)) return;
    for (const [of, { options }] of this.stores) if (of === number || queue !== undefined && options.queue === queue) this.stores.delete(of);
  }

  /** Takes an event through the policies, and calls the handler if that is what they say. False: Go died before it said so. */
  offer(runner: Runner, event: BusEvent): boolean {
    const { number, subscription: { wild } } = runner, keys = runner.keys && runner.keysOf(event);
    let status = this.cross(number, keys, wild && runner.byTopic, event, 0);
    if (status === Status.Replaced) { // Go needs to know the topic
      runner.byTopic = true;
      status = this.cross(number, keys, true, event, 0);
    }
    return status !== undefined;
  }

  /** The same for a queue group, of which one member gets the event; `order`: members that came later are not asked (D2). */
  offerGroup(group: number, order: number, event: BusEvent, own: boolean): boolean {
    return this.cross(group | GROUP, undefined, true, event, order, event.ref, own) !== undefined;
  }

  /** The status; undefined: Go has died. */
  private cross(id: number, keys: readonly string[] | undefined, byTopic: boolean, event: BusEvent, order: number, held = 0, own = false): number | undefined {
    const { port } = this;
    port.flush();
    if (!port.alive) return undefined;
    const { memory, refs } = port;
    let kind: number = event.ref !== 0 || port.described(event) ? From.ScriptDescribed : From.Script;
    if (own && held !== 0) kind = event.cause === undefined ? From.Go : From.GoCaused;
    let length = 0;
    if (keys !== undefined) {
      length = memory.writeStrings([event.topic, ...keys]);
      kind |= WITH_KEYS;
    } else if (byTopic) length = memory.write(event.topic);
    const ref = refs.lend(event);
    let status: number;
    try {
      status = port.asking((nonce) => port.go.trolleybus_offer(id, length, ref, kind, held, event.seq, order, nonce));
    } finally {
      refs.takeBack();
    }
    if (!port.alive) return undefined;
    if (status === Status.OK) {
      const [call, number] = memory.outputPair();
      this.runners.get(number)?.run(event, call);
    }
    return status;
  }

  /** An event that only Go has had so far, for an attempt: what is said of it is in the output. Undefined if it cannot be decoded, which is that attempt's failure. */
  taken(number: number, ref: number, call: number): BusEvent | undefined {
    const { port } = this;
    const fields = port.memory.outputStrings();
    const [topic = '', seq] = fields.splice(-2);
    const options = port.optionsOf(fields);
    try {
      return port.eventOf(topic, Number(seq), options, ref);
    } catch (error) {
      if (call !== 0) this.runners.get(number)?.failed(port.blank(topic, Number(seq), options), call, error);
      return undefined;
    }
  }

  /** Go asks whether a subscriber wants an event that Go has for it, and for its keys: the length of these, or -1. */
  ask(number: number, event: BusEvent | undefined, report: (error: unknown, at: Subscription, event: BusEvent) => void): number {
    const runner = this.runners.get(number);
    if (runner === undefined || event === undefined) return -1;
    try {
      return runner.wants !== undefined && !runner.wants(event.data, event) ? -1 : this.port.memory.writeStrings(runner.keysOf(event));
    } catch (error) {
      report(error, runner.subscription, event);
      return -1;
    }
  }

  /** Go wants an attempt made. */
  attempt(number: number, event: BusEvent, call: number, attempt: number, inTurn: (runner: Runner, work: () => void) => void): void {
    const runner = this.runners.get(number);
    // What a dead instance held, the next one has.
    if (runner !== undefined) inTurn(runner, () => this.port.alive && runner.run(event, call, attempt));
  }

  /** Tells Go that the handler gave up as its subscription ended. */
  cancel({ number }: Runner, call: number, event: BusEvent): void {
    if (call !== 0 && this.port.alive) this.settled(number, call, event, Outcome.Canceled, ['', '']);
  }

  /** Tells Go how a call ended; true if its policies see to the failure. */
  settle(runner: Runner, call: number, event?: BusEvent, error?: unknown, final = false): boolean {
    const { port } = this;
    if (!port.alive) return false;
    const { number } = runner;
    if (event === undefined) {
      // It may have left while it was handling its event.
      const left = runner.store !== undefined && !this.stores.has(number);
      if (left) this.stores.set(number, runner);
      port.asking((nonce) => port.go.trolleybus_settle(number, call, 0, 0, 0, Outcome.Succeeded, 0, nonce));
      if (left) this.stores.delete(number);
      this.write();
      return true;
    }
    let known = this.errors.get(event);
    if (known === undefined) this.errors.set(event, known = new Map<number, unknown>());
    known.set(number, error);
    return this.settled(number, call, event, final ? Outcome.FailedForGood : Outcome.Failed, reason(error));
  }

  private settled(number: number, call: number, event: BusEvent, outcome: number, reason: readonly string[]): boolean {
    const { port } = this;
    const { go, memory, refs } = port;
    const length = memory.writeStrings([...reason, event.topic]);
    const ref = refs.lend(event);
    try {
      return port.ask(go.trolleybus_settle, number, call, ref, port.described(event) ? From.ScriptDescribed : From.Script, event.seq, outcome, length) === Status.OK && port.alive;
    } finally {
      refs.takeBack();
    }
  }

  deadLetters(pattern: string): DeadLetter[] {
    const { port } = this;
    const { go, memory } = port;
    this.calling(go.trolleybus_letters, () => [memory.write(pattern)]);
    const at = memory.outputPair()[0];
    const numbers = Array.from({ length: memory.word(at) }, (_, i) => memory.word(at + 4 * i + 4));
    return numbers.map((ref) => {
      try {
        return port.decode({ ref } as BusEvent) as DeadLetter;
      } finally {
        port.release(ref);
      }
    });
  }

  /** Reads a dead letter from Go's output. */
  letter(): DeadLetter {
    const { port } = this;
    const number = port.memory.outputNumber();
    const [id = '', topic = '', pattern = '', name = '', attempts, code = '', message = '', firstAt, lastAt, redrives, seq, eventId = '', by] = port.memory.outputStrings();
    const event = number < 0 ? port.refs.get(number) : port.eventOf(topic, Number(seq), { id: eventId }, number);
    const errors = this.errors.get(event);
    const error = errors?.has(Number(by)) ? errors.get(Number(by)) : new GoError(code, message);
    return {
      id, topic, event, pattern, subscription: name || undefined, attempts: Number(attempts), error,
      firstAt: Number(firstAt), lastAt: Number(lastAt), redrives: Number(redrives),
    };
  }

  /** Go tells of a change of its dead letters. */
  letterChanged(event: BusEvent): void {
    this.port.decode(event);
    this.letters.note(this.letterChange());
  }

  /** Reads a change of the dead letters from Go's output. */
  letterChange(): Told {
    const [change, id = '', topic = '', subscription, number, ref] = this.port.memory.outputStrings();
    return { change: { change: change as LetterChange['change'], id, topic, subscription: subscription || undefined }, number: Number(number), event: this.port.refs.find(Number(ref)) };
  }

  /** What becomes of the dead letters of an instance that has died. */
  lostLetters(): LetterChange[] {
    return this.letters.end(({ number, event }) => {
      const runner = this.runners.get(number);
      return runner !== undefined && event !== undefined && runner.subscription.active && runner.held.has(event);
    });
  }

  /** Reads the state of a queue from Go's output. */
  state(): Pressure {
    const [pattern = '', name, waiting, limit, high, oldest] = this.port.memory.outputStrings();
    return { pattern, subscription: name || undefined, waiting: Number(waiting), limit: Number(limit), high: high === '1', oldest: Number(oldest) };
  }

  redrive(idOrPattern: string, to: string, rate: number): number {
    const { port } = this;
    this.calling(port.go.trolleybus_redrive, () => [port.memory.writeStrings([idOrPattern, to]), rate]);
    return port.memory.outputNumber();
  }

  discard(idOrPattern: string): number {
    const { port } = this;
    this.calling(port.go.trolleybus_discard, () => [port.memory.write(idOrPattern)]);
    return port.memory.outputNumber();
  }

  pressure(topic: string): number {
    const { port } = this;
    this.calling(port.go.trolleybus_pressure, () => [port.memory.write(topic)]);
    return port.memory.outputNumber();
  }

  /** Asks Go for what depends on who is subscribed. */
  private asking(by: Export): number {
    this.port.flush();
    return this.port.ask(by);
  }

  /** The same with numbers that are written into Go's input last of all; throws what Go says, or that it has died. */
  private calling(by: Export, numbers: () => number[]): void {
    const { port } = this;
    port.flush();
    if (port.ask(by, ...numbers()) === Status.Failed) throw port.error();
    if (port.death !== undefined) throw port.death;
  }

  /** Counts, as Go has them: dropped, retried, dead, evicted, redriven, deduped, coalesced. */
  counts(): number[] {
    const { port } = this;
    return this.asking(port.go.trolleybus_stats) === Status.OK && port.alive ? port.memory.outputStrings().map(Number) : [];
  }

  /** What can be seen of queues, by the order of their subscriptions. */
  states(): Map<number, { queue: string | undefined; running: number; paused: number; waiting: number; oldest: number; limit: number; dropped: number }> {
    const { port } = this;
    const states = new Map();
    if (this.asking(port.go.trolleybus_states) !== Status.OK || !port.alive) return states;
    const fields = port.memory.outputStrings();
    for (let i = 0; i + 7 < fields.length; i += 8) {
      const [order, queue, ...numbers] = fields.slice(i, i + 8);
      const [running = 0, paused = 0, waiting = 0, oldest = 0, limit = 0, dropped = 0] = numbers.map(Number);
      states.set(Number(order), { queue: queue || undefined, running, paused, waiting, oldest, limit, dropped });
    }
    return states;
  }
}

/** What Go must know of the options. */
function optionsFor({ options, asked }: Runner, { fieldsOf }: Crossing): string[] {
  const { name, once, queue, concurrency, overflow, debounce, throttle, frame, coalesce, retry, dedupe } = options;
  // Else it is of a replay, which JavaScript makes.
  const queued = concurrency !== undefined || debounce !== undefined || throttle !== undefined || frame || retry?.key;
  const said = { name, once, queue, concurrency, overflow: queued ? overflow : undefined, debounce, throttle, frame, coalesce, retry, dedupe, filter: asked || undefined };
  return Object.entries(said).flatMap(([name, value]) => fieldsOf(name, value));
}
