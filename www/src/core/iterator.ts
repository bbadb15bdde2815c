import { BoundedQueue, type Gone } from './bounded-queue.js';
import { OverflowError } from './overflow-error.js';
import type { BusEvent } from './event-types.js';
import { keyText } from './options.js';
import type { Overflow } from './policy-types.js';
import type { EventsOptions, EventStream } from './types.js';

/** A subscription read with `for await`: a bounded queue between the bus and a consumer that takes its time. */
export class EventIterator implements EventStream {
  /** What is replayed: ahead of the queue, and not bound by its limit. */
  private readonly past: BusEvent[] = [];
  private readonly queue: BoundedQueue<BusEvent>;
  private readonly waiting: ((result: IteratorResult<BusEvent>) => void)[] = [];
  private ended = false;
  private error: unknown;

  readonly #handed: (event: BusEvent) => void;

  /** `leave` ends the subscription; `gone` counts an event that the policy gave up, or that a newer one replaced; `handed` sees one that the loop gets. */
  constructor(private readonly pattern: string, { limit = 1024, policy = 'error' }: Overflow = {}, private readonly coalesce: EventsOptions['coalesce'], private readonly leave: () => void, gone: Gone<BusEvent>, handed: (event: BusEvent) => void) {
    this.#handed = handed;
    this.queue = new BoundedQueue(limit, policy, gone);
  }

  push(event: BusEvent, past = false): void {
    if (this.ended) return;
    const waiting = this.waiting.shift();
    if (waiting !== undefined) {
      waiting({ value: event, done: false });
      return this.#handed(event);
    }
    if (past) return void this.past.push(event);
    const { coalesce, queue } = this;
    const key = !coalesce ? undefined : coalesce === true ? '' : keyText('coalesce', coalesce(event.data, event));
    if (this.ended || queue.push(event, key)) return; // ended by the function
    this.error = new OverflowError(`bus.events(${JSON.stringify(this.pattern)})`, queue.limit, event);
    this.end();
  }

  /** No more events; those that are queued are still handed out. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.leave();
    for (const resolve of this.waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<BusEvent>> {
    const event = this.past.shift() ?? this.queue.shift(), { error } = this;
    if (event !== undefined) {
      this.#handed(event);
      return Promise.resolve({ value: event, done: false });
    }
    this.error = undefined;
    if (error !== undefined) return Promise.reject(error as Error);
    return this.ended ? Promise.resolve({ value: undefined, done: true }) : new Promise((resolve) => this.waiting.push(resolve));
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
    this.past.length = 0;
    this.queue.take();
    this.error = undefined;
    this.end();
  }

  [Symbol.asyncIterator](): this { return this; }

  async [Symbol.asyncDispose](): Promise<void> { await this.return(); }
}
