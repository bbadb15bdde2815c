import type { Clock } from '../../core/clock.js';
import type { Dispatcher } from '../../core/dispatcher.js';
import { OptionError } from '../../core/errors.js';
import type { BusEvent } from '../../core/event.js';
import { detached, stamp } from '../../core/event-copies.js';
import { checkTopic } from '../../core/grammar.js';
import type { Observers } from '../../core/observers.js';
import type { GoSubscriber } from '../../core/subscriber.js';
import { sizeOfEvent } from './size.js';
import { TopicIndex } from './topic-index.js';
import type { History, Replay, TopicOptions } from '../../core/types.js';

/** Taken from the places of what Go kept before it was up, so that they are before all others. */
const FOREIGN = 2 ** 50;

/** Events that a topic keeps at most while Go is not up. */
const MAX_WAITING = 1024;

/** What one topic keeps. Go says how much; here is the list, in which Go's own events have a place too (undefined). */
export class Store {
  /** The oldest are before `head`, gone. */
  events: (BusEvent | undefined)[] = [];
  /** When each was recorded, for those whose time nobody has asked for, and in which place among all. */
  dates: number[] = [];
  places: number[] = [];
  head = 0;
  /** By what Go knows its recorder; 0 while it does not. */
  handle = 0;
  /** Whether Go wants to know the size of data. */
  sized = false;
  /** The last event, where Go has its data: made once, so that it is the same object for all who read it. */
  recalled: { place: number; event: BusEvent } | undefined;
  /** As declared in JavaScript. */
  keep: Readonly<History> | undefined;
  readonly recorder: GoSubscriber;

  constructor(readonly topic: string, deliver: (event: BusEvent) => void) {
    this.recorder = { handle: 0, order: 0, pattern: topic, name: undefined, wild: false, responder: false, used: true, deliver: (_data, event) => deliver(event) };
  }

  get length(): number { return this.events.length - this.head; }

  push(event: BusEvent | undefined, date: number, place: number): void {
    this.events.push(event);
    this.dates.push(date);
    this.places.push(place);
  }

  /** Takes out the `n` oldest. */
  drop(n: number): void {
    if (n === 0) return;
    this.recalled = undefined;
    const to = Math.min(this.head + n, this.events.length);
    while (this.head < to) this.events[this.head++] = undefined;
    if (to === this.events.length || to >= 512 && to * 2 >= this.events.length) {
      for (const list of [this.events, this.dates, this.places]) list.splice(0, to);
      this.head = 0;
    }
  }
}

/** How much a topic is to keep. */
export type Keep = Readonly<History> | 'last';

/** What the options of a topic say of that. */
export function keepOf({ retain, history }: TopicOptions): Keep | undefined {
  if (history === undefined) return retain ? 'last' : undefined;
  const keep = typeof history === 'number' ? { count: history } : history;
  if (keep.count === undefined && keep.age === undefined && keep.bytes === undefined) throw new OptionError('topic option history', '{ count?, age?, bytes? } with one of them, or a number', keep);
  return keep;
}

/** Go, while it is up: it decides how much is kept, and has the data of its own events. */
export interface Recorder {
  declare(topic: string, keep: Readonly<History>): void;
  /** What Go has kept before it met this page: topics with the places of their events in one order. */
  kept(): [topic: string, places: number[]][];
  /** Learns who records a topic in Go; how many events Go keeps. */
  meet(store: Store): number;
  /** Records an event; how many of the oldest go for it. */
  record(store: Store, event: BusEvent): number;
  /** An event of Go's out of what a topic keeps; undefined if its data has no form in JavaScript. */
  recall(store: Store, i: number): BusEvent | undefined;
  expire(topic: string): void;
  clear(topic: string): void;
}

/** What topics keep: retained values and histories. */
export class Histories {
  private readonly stores = new TopicIndex<Store>();
  private place = 0;
  /** While Go is up. */
  private go: Recorder | undefined;

  constructor(private readonly dispatcher: Dispatcher, private readonly clock: Clock, private readonly observers: Observers) {}

  /** Declares what a topic keeps; `'last'`: at least its last event. */
  declare(topic: string, keep: Keep): void {
    const store = this.of(topic);
    if (keep === 'last' && store.keep !== undefined) return;
    store.keep = keep === 'last' ? {} : keep;
    if (this.go === undefined) this.trim(store);
    else this.introduce(this.go, store);
    this.dispatcher.invalidate(topic, false);
  }

  /** What records a topic, if something does. */
  recorderOf(topic: string): GoSubscriber | undefined { return this.stores.get(topic)?.recorder; }

  /** A route of Go's has a recorder: its store, which knows of what Go has kept before. */
  recorder(topic: string): GoSubscriber {
    const store = this.of(topic);
    if (this.go !== undefined) this.meet(this.go, store);
    return store.recorder;
  }

  private of(topic: string): Store {
    let store = this.stores.get(topic);
    if (store === undefined) {
      checkTopic(topic);
      const made: Store = store = new Store(topic, (event) => this.record(made, event));
      this.stores.add(store);
    }
    return store;
  }

  private record(store: Store, event: BusEvent): void {
    this.dispatcher.delivered--; // nobody's handler
    store.push(event, this.clock.date(), ++this.place);
    if (this.go !== undefined) store.drop(this.go.record(store, event));
    else this.trim(store);
    if (this.observers.any) this.observers.tell('retained', event, store.topic, this.last(store.topic));
  }

  /** The bounds while Go is not up, which are Go's. */
  private trim(store: Store): void {
    const { count, age, bytes } = store.keep ?? {};
    const most = Math.min(count ?? (age ?? bytes ?? 0 ? MAX_WAITING : 1), MAX_WAITING);
    store.drop(Math.max(0, store.length - most));
    const oldest = age === undefined ? -Infinity : this.clock.date() - age;
    while (store.length > 0 && store.dates[store.head]! <= oldest) store.drop(1);
    if (bytes === undefined) return;
    let total = 0, i = store.events.length;
    while (i > store.head && ((total += sizeOfEvent(store.events[i - 1]!)) <= bytes || i === store.events.length)) i--;
    store.drop(i - store.head);
  }

  // Tells Go of a topic.
  private introduce(go: Recorder, store: Store): void {
    if (store.keep !== undefined) go.declare(store.topic, store.keep);
    this.meet(go, store);
  }

  private meet(go: Recorder, store: Store): void {
    // What Go kept before this list was there.
    const before = go.meet(store) - store.length;
    if (before <= 0) return;
    for (const [list, filler] of [[store.events, undefined], [store.dates, 0], [store.places, 0]] as [unknown[], unknown][]) {
      list.splice(store.head, 0, ...new Array(before).fill(filler));
    }
  }

  /** Go is up: it is told what has been kept so far, in order. It may die of that; then it is as if it had never come. */
  up(go: Recorder): void {
    this.go = go;
    const kept: { store: Store; event: BusEvent; date: number; place: number }[] = [];
    for (const store of this.stores.values()) {
      for (let i = store.head; i < store.events.length; i++) kept.push({ store, event: store.events[i]!, date: store.dates[i]!, place: store.places[i]! });
      store.drop(store.length);
      this.introduce(go, store);
    }
    for (const [topic, places] of go.kept()) {
      const store = this.of(topic);
      if (store.handle === 0) this.meet(go, store);
      places.forEach((place, i) => store.places[store.head + i] = place - FOREIGN);
    }
    for (const { store, event, date, place } of kept.sort((a, b) => a.place - b.place)) {
      store.push(event, date, place);
      if (this.go === go) store.drop(go.record(store, event));
      else this.trim(store);
    }
  }

  /** Go is gone, and with it what it kept for itself. */
  down(): void {
    this.go = undefined;
    this.stores.filter(({ keep }) => keep !== undefined);
    for (const store of this.stores.values()) {
      store.handle = 0;
      const { events, dates, places } = store;
      store.recalled = undefined;
      store.events = [];
      store.dates = [];
      store.places = [];
      store.head = 0;
      events.forEach((event, i) => {
        if (event === undefined || missing(event)) return;
        store.push(detached(event), dates[i]!, places[i]!);
      });
    }
  }

  /** Go takes the oldest out. */
  forget(topic: string, n: number): void { this.stores.get(topic)?.drop(n); }

  /** An event of JavaScript's, for Go. */
  at(topic: string, i: number): BusEvent | undefined {
    const store = this.stores.get(topic);
    return store && this.eventAt(store, store.head + i);
  }

  private eventAt(store: Store, i: number): BusEvent | undefined {
    const event = store.events[i];
    if (event === undefined || missing(event)) return this.recall(store, i);
    stamp(event, store.dates[i]!);
    return event;
  }

  private recall(store: Store, i: number): BusEvent | undefined {
    const { recalled } = store, place = store.places[i]!, isLast = i === store.events.length - 1;
    if (isLast && recalled?.place === place) return recalled.event;
    const event = this.go?.recall(store, i - store.head);
    if (isLast && event !== undefined) store.recalled = { place, event };
    return event;
  }

  private refresh(store: Store): void {
    if (this.go === undefined) this.trim(store);
    else if (store.keep?.age !== undefined || store.keep === undefined) this.go.expire(store.topic);
  }

  /** The last event that a topic keeps. */
  last(topic: string): BusEvent | undefined {
    const store = this.stores.get(topic);
    if (store === undefined) return undefined;
    this.refresh(store);
    return store.length > 0 ? this.eventAt(store, store.events.length - 1) : undefined;
  }

  clear(topic: string): void {
    const store = this.stores.get(topic), kept = store?.length ?? 0;
    if (this.go !== undefined) this.go.clear(topic);
    if (kept === 0) return;
    store!.drop(store!.length);
    this.observers.tell('retained', undefined, topic, undefined);
  }

  /** What a replay begins with, in the order in which it was recorded; `foreign`: of it what Go kept before it was up. */
  snapshot(pattern: string, replay: Replay, foreign = false): BusEvent[] {
    const kept: { store: Store; i: number; place: number; after: boolean }[] = [];
    for (const store of this.stores.matching(pattern)) {
      this.refresh(store);
      const from = typeof replay === 'number' ? Math.max(store.head, store.events.length - replay) : store.head;
      for (let i = from; i < store.events.length; i++) if (!foreign || store.places[i]! < 0) kept.push({ store, i, place: store.places[i]!, after: false });
    }
    const events = kept.sort((a, b) => a.place - b.place).map(({ store, i }) => this.eventAt(store, i)).filter((event) => event !== undefined);
    if (typeof replay !== 'object') return events;
    const { after } = replay;
    const known = events.findIndex(({ seq }) => seq === after);
    return known >= 0 ? events.slice(known + 1) : events.filter(({ seq }) => seq > after);
  }

  /** How many events each topic keeps. */
  lengths(): Map<string, number> { return new Map(Array.from(this.stores.values(), ({ topic, length }) => [topic, length])); }

  close(): void {
    this.go = undefined;
    this.stores.filter(() => false);
  }
}

// Go has the data, and JavaScript has not asked for it.
function missing(event: BusEvent): boolean { return event.ref !== 0 && event.data === undefined; }
