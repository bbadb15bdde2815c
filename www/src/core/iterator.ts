import { OverflowError } from './overflow-error.js';
import type { BusEvent } from './event-types.js';
import { keyText } from './options.js';
import type { Overflow } from './policy-types.js';
import type { EventsOptions, EventStream } from './types.js';

/** What waits, and what it is coalesced by. */
interface Waiting { event: BusEvent; readonly key: string | undefined }

/** A subscription read with `for await`: a bounded queue between the bus and a consumer that takes its time. */
export class EventIterator implements EventStream {
  private readonly queue: Waiting[] = [];
  private readonly keyed = new Map<string, Waiting>();
  private readonly waiting: ((result: IteratorResult<BusEvent>) => void)[] = [];
  private ended = false;
  private error: unknown;
  private readonly limit: number;
  private readonly policy: NonNullable<Overflow['policy']>;

  readonly #gone: (count: 'dropped' | 'coalesced', event: BusEvent) => void;
  readonly #handed: (event: BusEvent) => void;

  /** `leave` ends the subscription; `gone` counts an event that the policy gave up, or that a newer one replaced; `handed` sees one that the loop gets. */
  constructor(private readonly pattern: string, overflow: Overflow | undefined, private readonly coalesce: EventsOptions['coalesce'], private readonly leave: () => void, gone: (count: 'dropped' | 'coalesced', event: BusEvent) => void, handed: (event: BusEvent) => void) {
    this.#gone = gone;
    this.#handed = handed;
    this.limit = overflow?.limit ?? 1024;
    this.policy = overflow?.policy ?? 'error';
  }

  /** `past`: the limit is for live events. */
  push(event: BusEvent, past = false): void {
    if (this.ended) return;
    const waiting = this.waiting.shift();
    if (waiting !== undefined) {
      waiting({ value: event, done: false });
      return this.#handed(event);
    }
    const { coalesce } = this;
    const key = !coalesce ? undefined : coalesce === true ? '' : keyText('coalesce', coalesce(event.data, event));
    if (this.ended) return; // by the function
    const same = key === undefined ? undefined : this.keyed.get(key);
    if (same !== undefined) {
      const { event: old } = same;
      same.event = event; // in its place
      return this.#gone('coalesced', old);
    }
    if (past || this.queue.length < this.limit) return this.#add({ event, key });
    if (this.policy === 'error') {
      this.#gone('dropped', event);
      this.error = new OverflowError(`bus.events(${JSON.stringify(this.pattern)})`, this.limit, event);
      return this.end();
    }
    if (this.policy === 'drop-newest') return this.#gone('dropped', event);
    const gone: BusEvent[] = [];
    for (let most = this.policy === 'latest' ? this.queue.length : 1; most > 0; most--) gone.push(this.#shift()!);
    this.#add({ event, key });
    for (const old of gone) this.#gone('dropped', old);
  }

  #add(waiting: Waiting): void {
    this.queue.push(waiting);
    if (waiting.key !== undefined) this.keyed.set(waiting.key, waiting);
  }

  #shift(): BusEvent | undefined {
    const waiting = this.queue.shift();
    if (waiting?.key !== undefined) this.keyed.delete(waiting.key);
    return waiting?.event;
  }

  /** No more events; those that are queued are still handed out. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.leave();
    for (const resolve of this.waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<BusEvent>> {
    const event = this.#shift(), { error } = this;
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
    this.queue.length = 0;
    this.keyed.clear();
    this.error = undefined;
    this.end();
  }

  [Symbol.asyncIterator](): this { return this; }

  async [Symbol.asyncDispose](): Promise<void> { await this.return(); }
}
