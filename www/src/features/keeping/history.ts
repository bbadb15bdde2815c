import type { Clock } from '../../core/clock.js';
import type { Dispatcher } from '../../core/dispatcher.js';
import { OptionError } from '../../core/errors.js';
import type { BusEvent } from '../../core/event.js';
import { copyOf, stamp } from '../../core/event-copies.js';
import { deepFreeze } from '../../core/freeze.js';
import type { Failures } from '../../core/failures.js';
import { checkTopic } from '../../core/grammar.js';
import type { Observers } from '../../core/observers.js';
import type { GoSubscriber } from '../../core/subscriber.js';
import type { History, Replay, TopicOptions } from '../../core/types.js';
import { Store, type Kept } from './store.js';
import { TopicIndex } from './topic-index.js';

/** The places that are left free for what an instance of Go keeps before it meets the page. */
const BEFORE = 2 ** 32;

/** What the options of a topic say of what it keeps. Without a bound it is the last event, or what the topic keeps anyway. */
export function keepOf({ retain, history }: TopicOptions): Readonly<History> | undefined {
  if (history === undefined) return retain ? {} : undefined;
  const keep = typeof history === 'number' ? { count: history } : history;
  if (!bounded(keep)) throw new OptionError('topic option history', '{ count?, age?, bytes? } with one of them, or a number', keep);
  return keep;
}

const bounded = ({ count, age, bytes }: Readonly<History>): boolean => (count ?? age ?? bytes) !== undefined;

/** What Go has of an event of its own that it holds. */
export interface Held {
  readonly ref: number;
  /** What its data are in JavaScript, or why they have no form there. */
  readonly data: unknown;
  readonly error: unknown;
  /** 0 where it does not count. */
  readonly size: number;
}

/** Go, while it is up: it has the data of its own events. */
export interface Holder {
  /** What topics were to keep before Go met this page, and did, in its order. */
  handOver(): { topics: (readonly [topic: string, keep: Readonly<History>])[]; events: (readonly [event: BusEvent, held: Held])[] };
  /** Holds an event of its own, which is being delivered; undefined if it has died. */
  hold(event: BusEvent, sized: boolean): Held & { readonly observed: boolean } | undefined;
  /** Tells Go's observers of an event that it holds. */
  retained(ref: number): void;
  release(ref: number): void;
  /** Clears a topic, of which it asks `wipe` in turn. */
  clear(topic: string): void;
}

/** What topics keep: retained values and histories, whoever publishes, declares and reads them. */
export class Histories {
  private readonly stores = new TopicIndex<Store>();
  private place = BEFORE;
  /** Behind it are the places of what Go keeps before it meets the page. */
  private before = 0;
  private go: Holder | undefined;

  constructor(private readonly dispatcher: Dispatcher, private readonly clock: Clock, private readonly observers: Observers, private readonly failures: Failures) {}

  /** Declares what a topic keeps. Of two declarations the later one holds, but that what keeps its last event may keep more. */
  declare(topic: string, keep: Readonly<History>, own = true): void {
    let store = this.stores.get(topic);
    if (store === undefined) {
      checkTopic(topic);
      const made: Store = store = new Store(topic, (event) => this.record(made, event));
      this.stores.add(store);
    }
    if (own && (store.own === undefined || bounded(keep))) store.own = keep;
    if (bounded(keep)) {
      const age = this.clock.date() - this.clock.now(), { all } = store;
      store.keep = keep;
      for (const each of all) each.time ||= each.date - age;
      store.all = all;
    }
    this.trim(store);
    this.dispatcher.invalidate(topic, false);
  }

  /** What records a topic, if something does. */
  recorderOf(topic: string): GoSubscriber | undefined { return this.stores.get(topic)?.recorder; }

  private record(store: Store, event: BusEvent): void {
    this.dispatcher.delivered--; // nobody's handler
    const { clock, observers, go } = this, { bytes, age } = store.keep;
    const date = clock.date(), time = age === undefined ? 0 : clock.now();
    let held: ReturnType<Holder['hold']>;
    if (event.ref !== 0) {
      stamp(event, date);
      held = go?.hold(event, bytes !== undefined);
      if (held === undefined && event.data === undefined) return; // its instance of Go is gone
      event = this.copy(event, held);
    }
    store.push({ event, date, time, place: ++this.place, size: held?.size ?? 0, ref: held?.ref ?? 0, error: held?.error });
    this.trim(store);
    if (held?.observed) go!.retained(held.ref);
    if (observers.any) observers.tell('retained', event, store.topic, event);
  }

  /** An event of Go's that is JavaScript's own: its number is that of another one, once it has been delivered. */
  private copy(event: BusEvent, held: Held | undefined): BusEvent {
    const copy = Object.assign(copyOf(event), { ref: 0 }, held && { data: held.data });
    if (this.dispatcher.freeze) deepFreeze(Object.freeze(copy).data);
    return copy;
  }

  /** Takes out what is beyond the bounds, and returns what is left. */
  private trim(store: Store): Store {
    this.release(store.trim(store.keep.age === undefined ? 0 : this.clock.now()));
    return store;
  }

  private release(refs: readonly number[]): void {
    for (const ref of refs) this.go?.release(ref);
  }

  /** Go is up. What it kept so far comes behind what was kept when the instance before it died, and ahead of all that came since. */
  up(go: Holder): void {
    this.go = go;
    const { topics, events } = go.handOver();
    if (this.go !== go) return; // it died of that
    for (const [topic, keep] of topics) {
      const { own } = this.stores.get(topic) ?? {};
      this.declare(topic, own && bounded(own) ? own : keep, false);
    }
    const { clock, before } = this, age = clock.date() - clock.now();
    const kept = new Map<Store, Kept[]>();
    events.forEach(([given, held], i) => {
      const store = this.stores.get(given.topic)!, event = this.copy(given, held);
      const list = kept.get(store) ?? [];
      kept.set(store, list);
      list.push({ event, date: event.time, time: event.time - age, place: before + 1 + i, size: held.size, ref: held.ref, error: held.error });
    });
    for (const [store, list] of kept) {
      store.all = [...store.all, ...list].sort((a, b) => a.place - b.place);
      this.trim(store);
    }
  }

  /** Go is gone, and with it the data that have no form in JavaScript. */
  down(): void {
    this.go = undefined;
    this.before = this.place;
    this.place += BEFORE;
    for (const store of this.stores.values()) {
      store.all = store.all.filter(({ error }) => error === undefined);
      for (const each of store.all) each.ref = 0;
    }
  }

  /** What the topics of a pattern keep, in the order in which it was recorded. `foreign`: of that what Go kept before it met the page. */
  past(pattern: string, replay: Replay, foreign = false): Kept[] {
    let found: Kept[] = [];
    for (const store of this.stores.matching(pattern)) {
      const { all } = this.trim(store);
      for (const each of typeof replay === 'number' ? all.slice(-replay) : all) if (!foreign || each.place > this.before && each.place <= this.before + BEFORE) found.push(each);
    }
    found.sort((a, b) => a.place - b.place);
    if (typeof replay === 'object') {
      const { after } = replay, known = found.findIndex(({ event }) => event.seq === after);
      found = known < 0 ? found.filter(({ event }) => event.seq > after) : found.slice(known + 1);
    }
    for (const { event, date } of found) stamp(event, date);
    return found;
  }

  /** What a replay begins with. Data of Go's that have no form here are a failure, as when they are live. */
  snapshot(pattern: string, replay: Replay, foreign = false): BusEvent[] {
    return this.past(pattern, replay, foreign).flatMap(({ event, error }) => {
      if (error === undefined) return event;
      this.failures.report(error, { pattern: event.topic, name: undefined }, event);
      return [];
    });
  }

  /** Data of the last event that a topic keeps; throws why they have no form here. */
  value(topic: string): unknown {
    const store = this.stores.get(topic), last = store && this.trim(store).last;
    if (last?.error !== undefined) throw last.error;
    return last?.event.data;
  }

  clear(topic: string): void {
    this.go?.clear(topic);
    this.wipe(topic, 1); // where Go is not up
  }

  /** Deletes what so many of the topics of a pattern keep: which, and how many events. */
  wipe(pattern: string, most: number): [topic: string, length: number][] {
    const wiped = this.stores.matching(pattern).filter(({ length }) => length > 0).slice(0, most).map((store): [string, number] => {
      const { topic, length } = store;
      this.release(store.clear());
      return [topic, length];
    });
    for (const [topic] of wiped) this.observers.tell('retained', undefined, topic, undefined);
    return wiped;
  }

  /** Deletes events by their ids. */
  forget(ids: ReadonlySet<string>): void {
    for (const store of this.stores.values()) {
      const gone = store.all.filter(({ event }) => ids.has(event.id));
      if (gone.length === 0) continue;
      store.all = store.all.filter((each) => !gone.includes(each));
      this.release(gone.flatMap(({ ref }) => ref || []));
    }
  }

  /** How many events each topic keeps. */
  lengths(): Map<string, number> { return new Map(Array.from(this.stores.values(), ({ topic, length }) => [topic, length])); }

  close(): void {
    for (const store of this.stores.values()) this.release(store.clear());
    this.go = undefined;
    this.stores.filter(() => false);
  }
}
