import { OverflowError } from './errors.js';
import type { BusEvent } from './event-types.js';
import { keyText } from './options.js';
import type { Overflow } from './policy-types.js';
import type { EventsOptions, EventStream } from './types.js';

/** A subscription read with `for await`: a bounded queue between the bus and a consumer that takes its time. */
export class EventIterator implements EventStream {
  private readonly queue: BusEvent[] = [];
  private readonly waiting: ((result: IteratorResult<BusEvent>) => void)[] = [];
  private ended = false;
  private error: unknown;
  private readonly limit: number;
  private readonly policy: NonNullable<Overflow['policy']>;

  /** `leave` ends the subscription; `dropped` counts an event that the policy gave up. */
  constructor(private readonly pattern: string, overflow: Overflow | undefined, private readonly coalesce: EventsOptions['coalesce'], private readonly leave: () => void, private readonly dropped: () => void, private readonly coalesced: () => void) {
    this.limit = overflow?.limit ?? 1024;
    this.policy = overflow?.policy ?? 'error';
  }

  /** `past`: the limit is for live events. */
  push(event: BusEvent, past = false): void {
    if (this.ended) return;
    const waiting = this.waiting.shift();
    if (waiting !== undefined) return waiting({ value: event, done: false });
    if (this.replaced(event)) return;
    if (past || this.queue.length < this.limit) {
      this.queue.push(event);
      return;
    }
    if (this.policy === 'error') {
      this.dropped();
      this.error = new OverflowError(`bus.events(${JSON.stringify(this.pattern)})`, this.limit, event);
      return this.end();
    }
    if (this.policy === 'drop-newest') return this.dropped();
    const gone = this.policy === 'latest' ? this.queue.splice(0).length : this.queue.splice(0, 1).length;
    for (let i = 0; i < gone; i++) this.dropped();
    this.queue.push(event);
  }

  /** Puts the event in the place of the one that waits with the same key. */
  private replaced(event: BusEvent): boolean {
    const { coalesce } = this;
    if (!coalesce) return false;
    const key = (event: BusEvent): string => coalesce === true ? '' : keyText('coalesce', coalesce(event.data, event));
    const of = key(event);
    const i = this.queue.findIndex((other) => key(other) === of);
    if (i < 0) return false;
    this.queue[i] = event;
    this.coalesced();
    return true;
  }

  /** No more events; those that are queued are still handed out. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.leave();
    for (const resolve of this.waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<BusEvent>> {
    const event = this.queue.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.error !== undefined) {
      const { error } = this;
      this.error = undefined;
      return Promise.reject(error as Error);
    }
    if (this.ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  // As those of an AsyncGenerator which is suspended at a `yield`, also while somebody waits for the next event.
  async return<T>(value?: T | PromiseLike<T>): Promise<IteratorReturnResult<T>> {
    this.giveUp();
    return { value: await value as T, done: true };
  }

  async throw(error?: unknown): Promise<never> {
    this.giveUp();
    throw error;
  }

  private giveUp(): void {
    this.queue.length = 0;
    this.error = undefined;
    this.end();
  }

  [Symbol.asyncIterator](): this { return this; }

  async [Symbol.asyncDispose](): Promise<void> { await this.return(); }
}
