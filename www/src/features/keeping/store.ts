import type { BusEvent } from '../../core/event.js';
import type { GoSubscriber } from '../../core/subscriber.js';
import type { History } from '../../core/types.js';
import { sizeOf } from './size.js';

const SIZE_OF_EVENT = 200;

/** One event that a topic keeps. */
export interface Kept {
  readonly event: BusEvent;
  /** When it was recorded, in case nobody has asked for its time. */
  readonly date: number;
  /** The same by the clock that never goes back, where the age counts. */
  time: number;
  /** Where it comes among all that is kept. */
  readonly place: number;
  /** About how many bytes it takes, where they count. */
  size: number;
  /** The number under which Go holds an event of its own for it, until that is released. */
  ref: number;
  /** Why the data of that have no form in JavaScript. */
  readonly error: unknown;
}

/** What one topic keeps: the list and its bounds. */
export class Store {
  /** The oldest are before `head`, gone. */
  private kept: (Kept | undefined)[] = [];
  private head = 0;
  /** Of all that is kept, where they count. */
  private bytes = 0;
  /** Without a bound: the last event. */
  keep: Readonly<History> = {};
  /** As declared in JavaScript. */
  own: Readonly<History> | undefined;
  readonly recorder: GoSubscriber;

  constructor(readonly topic: string, deliver: (event: BusEvent) => void) {
    this.recorder = { handle: 0, order: 0, pattern: topic, name: undefined, wild: false, responder: false, used: true, deliver: (_data, event) => deliver(event) };
  }

  get length(): number { return this.kept.length - this.head; }
  get last(): Kept | undefined { return this.kept[this.kept.length - 1]; }
  get all(): Kept[] { return this.kept.slice(this.head) as Kept[]; }

  /** Puts others in the place of all. */
  set all(all: Kept[]) {
    this.kept = [];
    this.head = this.bytes = 0;
    for (const each of all) this.push(each);
  }

  push(kept: Kept): void {
    this.kept.push(kept);
    if (this.keep.bytes !== undefined) this.bytes += kept.size ||= SIZE_OF_EVENT + sizeOf(kept.event.data);
  }

  /** Takes out the oldest, up to the bounds; the numbers that Go is to release. `now` counts if the age does. */
  trim(now: number): readonly number[] {
    const { kept, head } = this, { count, age, bytes } = this.keep, end = kept.length;
    const most = count ?? (age === undefined && bytes === undefined ? 1 : Infinity);
    let to = end - head > most ? end - most : head;
    if (age !== undefined) while (to < end && now - kept[to]!.time >= age) to++;
    if (bytes !== undefined) {
      let left = this.bytes;
      for (let i = head; i < to; i++) left -= kept[i]!.size;
      while (left > bytes && to < end - 1) left -= kept[to++]!.size;
    }
    return to === head ? NONE : this.drop(to);
  }

  /** Takes out all. */
  clear(): readonly number[] { return this.drop(this.kept.length); }

  private drop(to: number): readonly number[] {
    const { kept } = this;
    let released: number[] | undefined;
    for (; this.head < to; this.head++) {
      const { size, ref } = kept[this.head]!;
      this.bytes -= size;
      if (ref !== 0) (released ??= []).push(ref);
      kept[this.head] = undefined;
    }
    if (to === kept.length || to >= 512 && to * 2 >= kept.length) {
      kept.splice(0, to);
      this.head = 0;
    }
    return released ?? NONE;
  }
}

const NONE: readonly number[] = [];
