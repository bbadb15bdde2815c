import { PayloadError } from '../errors.js';
import type { BusEvent } from '../event.js';

/** The events that Go knows by number: those lent while it is called, and those it keeps, whose numbers are below zero. */
export class Refs {
  private readonly lent: BusEvent[] = [];
  private readonly kept = new Map<number, BusEvent>();
  private last = 0;

  /** Lends an event until `takeBack`; calls nest. */
  lend(event: BusEvent): number { return this.lent.push(event) - 1; }
  takeBack(): void { this.lent.pop(); }

  find(ref: number): BusEvent | undefined { return ref < 0 ? this.kept.get(-ref) : this.lent[ref]; }

  get(ref: number): BusEvent {
    const event = this.find(ref);
    if (event === undefined) throw new PayloadError('$', 'has been released; decode it in the handler, or retain it there');
    return event;
  }

  /** The number of an event that Go keeps; 0 if it has been taken back. */
  keep(ref: number): number {
    const event = this.find(ref);
    if (event === undefined) return 0;
    return this.hold(event);
  }

  hold(event: BusEvent): number {
    this.kept.set(++this.last, event);
    return -this.last;
  }

  drop(ref: number): void { this.kept.delete(-ref); }
}
