import { requests as table } from '../../../../bus/options.json';
import { ClosedError, PayloadError, isA } from '../../core/errors.js';
import { TimeoutError } from '../../core/feature-errors.js';
import type { BusEvent, Exchange as Requested } from '../../core/event.js';
import { requestOf } from '../../core/event-copies.js';
import { Exchange, type ExchangeHost } from './exchange.js';
import type { Kernel } from '../../core/kernel.js';
import { readOptions } from '../../core/options.js';
import type { Ended } from '../../core/observers.js';
import type { Subscriber } from '../../core/subscriber.js';
import type { Subscription } from '../../core/subscription.js';
import { onAbort } from '../../core/signal.js';
import type { RequestOptions } from '../../core/types.js';

const TIMEOUT = 30_000;

/** The requests that wait for an answer. */
export class Requests implements ExchangeHost {
  /** Requests, in all. */
  count = 0;
  private readonly open = new Set<Exchange>();
  /** Those that nobody but a responder in Go could answer, which is still being loaded. */
  private readonly waiting = new Map<Exchange, BusEvent>();

  constructor(private readonly kernel: Kernel) {}

  get pending(): number { return this.open.size; }

  request(topic: string, data: unknown, options: RequestOptions | undefined): Promise<unknown> {
    try {
      if (options !== undefined) options = readOptions('request', table.request, options);
      if (options?.signal?.aborted) return rejected(options.signal.reason);
      const exchange = this.exchange(topic, options?.gather && (options.gather.max ?? Infinity));
      this.kernel.open();
      const event = exchange.event = requestOf(this.kernel.dispatcher, topic, data, exchange);
      this.kernel.enter(event);
      if (!exchange.done) return new Promise((resolve, reject) => this.await(exchange, options, () => answer(exchange, resolve, reject)));
      return answer(exchange, resolved, rejected);
    } catch (error) {
      return rejected(error);
    }
  }

  exchange(topic: string, max: number | undefined, requester = 0): Exchange {
    this.count++;
    return new Exchange(this, topic, max, requester, this.kernel.observers.any ? this.kernel.clock.now() : undefined);
  }

  /** Decides an exchange in the end, whatever its responders do, and then calls `decided`. */
  await(exchange: Exchange, { timeout = TIMEOUT, signal, gather }: RequestOptions = {}, decided: () => void): void {
    if (exchange.done) return decided();
    const { within = Infinity } = gather ?? {};
    const limit = Math.min(timeout, within);
    const abort = (): void => exchange.abort(signal!.reason);
    const stop = limit === Infinity ? undefined : this.kernel.clock.after(limit, () => exchange.timeOut(limit, within === limit));
    this.open.add(exchange);
    const leave = signal && onAbort(signal, abort);
    exchange.decided = () => {
      this.open.delete(exchange);
      this.waiting.delete(exchange);
      stop?.();
      leave?.();
      decided();
    };
  }

  report(error: unknown, at: Subscriber, event: BusEvent): void {
    this.kernel.failures.report(error, at, event);
  }

  begins(event: BusEvent, at: Subscription): Ended { return this.kernel.observers.begins(event, at); }

  answered({ event, since, failed, aborted, error }: Exchange): void {
    const { observers, clock } = this.kernel;
    if (event === undefined || since === undefined) return; // nobody has seen it begin
    const outcome = !failed ? 'ok' : aborted ? 'cancelled' : isA(error, TimeoutError) ? 'timeout' : 'failed';
    observers.tell('answered', event, event, Object.freeze({ duration: clock.now() - since, outcome, ...failed ? { error } : {} }));
  }

  mayWait(exchange: Exchange, event: BusEvent): boolean {
    const { up, components, closed } = this.kernel;
    if (up || !components || closed) return false;
    this.waiting.set(exchange, event);
    this.kernel.ready().catch((error: unknown) => exchange.cancel(error));
    return true;
  }

  /** The requests that Go, which is up now, decides, in their order. */
  takeWaiting(): BusEvent[] {
    const events = [...this.waiting.values()];
    this.waiting.clear();
    return events.sort((a, b) => a.seq - b.seq);
  }

  /** Go died before it got a request. */
  waitAgain(exchange: Requested, event: BusEvent): void {
    if (!exchange.done) this.waiting.set(exchange as Exchange, event);
  }

  close(name: string): void {
    for (const exchange of this.open) exchange.cancel(new ClosedError(name));
  }
}

const resolved = Promise.resolve.bind(Promise);
const rejected = Promise.reject.bind(Promise) as (error: unknown) => Promise<never>;

function answer<T>(exchange: Exchange, resolve: (value: unknown) => T, reject: (error: unknown) => T): T {
  if (exchange.failed) return reject(exchange.error);
  const { value } = exchange;
  try {
    void (value as { then?: unknown } | null | undefined)?.then; // as promises do
  } catch (cause) {
    return reject(new PayloadError('$', 'the reply cannot be read', { cause }));
  }
  return resolve(value);
}
