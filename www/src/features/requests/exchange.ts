import { UnavailableError, isA } from '../../core/errors.js';
import { isCancellation } from '../../core/told.js';
import { NoRespondersError, RemoteError, TimeoutError } from '../../core/feature-errors.js';
import type { BusEvent, Exchange as Requested } from '../../core/event.js';
import type { Ended } from '../../core/observers.js';
import type { Subscriber } from '../../core/subscriber.js';
import type { Deliver, Subscription } from '../../core/subscription.js';

/** What an exchange needs of its bus. */
export interface ExchangeHost {
  report(error: unknown, at: Subscriber, event: BusEvent): void;
  /** A responder in JavaScript is about to be called; the result is to be told what came of it. */
  begins(event: BusEvent, at: Subscription): Ended;
  /** It has been decided. */
  answered(exchange: Exchange): void;
  /** Nobody has been asked: true to wait, since responders in Go may still come. */
  mayWait(exchange: Exchange, event: BusEvent): boolean;
}

/**
 * One request and its answers. Responders are asked in their order until it is decided: by the first reply, or where
 * replies are gathered by `max` of them, when all who were asked have answered, or when its time is over.
 */
export class Exchange implements Requested {
  /** Decided: nobody is asked any more. */
  done = false;
  /** Replies in the order in which they came. */
  readonly replies: unknown[] = [];
  /** Whether it was decided by `error`. */
  failed = false;
  error: unknown = undefined;
  /** Whether its requester gave it up. */
  aborted = false;
  /** Called when it has been decided. */
  decided: (() => void) | undefined = undefined;

  /** Its event, once that has been accepted. */
  event: BusEvent | undefined = undefined;

  private asked = 0;
  private open = 0;
  /** Once all who were there when its delivery began have been asked. */
  private delivered: BusEvent | undefined = undefined;
  private failures: [error: unknown, at: Subscriber, event: BusEvent][] | undefined = undefined;
  private controller: AbortController | undefined = undefined;
  private endings: (() => void)[] | undefined = undefined;

  /** `max`: how many replies are wanted; undefined: the first one alone. `requester`: Go's number of it, 0: JavaScript's; `since`: when it began, if somebody observes. */
  constructor(private readonly host: ExchangeHost, private readonly topic: string, readonly max: number | undefined, readonly requester: number, readonly since: number | undefined) {}

  /** What the requester gets. */
  get value(): unknown { return this.max === undefined ? this.replies[0] : this.replies; }

  /** Aborts when nobody waits for an answer any more. Made when it is first read. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.done) this.controller.abort(this.error);
    }
    return this.controller.signal;
  }

  /** Asks a responder in JavaScript. */
  ask(at: Subscription, respond: (data: any, event: any) => unknown, data: unknown, event: BusEvent): void {
    this.begin();
    const ended = this.host.begins(event, at);
    const replied = (reply: unknown): void => {
      ended('ok');
      this.reply(reply);
    };
    const failed = (error: unknown): void => {
      ended(this.done && this.isCancellation(error) ? 'cancelled' : 'failed', error);
      this.fail(error, at, event);
    };
    let reply;
    try {
      reply = respond(data, event) as PromiseLike<unknown> | undefined;
      if (typeof reply === 'object' && typeof reply?.then === 'function') return void Promise.resolve(reply).then(replied, failed);
    } catch (error) {
      return failed(error);
    }
    replied(reply);
  }

  /** A responder is being asked: `reply`, `fail` or `decline` follows. */
  begin(): void {
    this.asked++;
    this.open++;
  }

  /** False when nobody waits for it any more. */
  reply(value: unknown): boolean {
    this.open--;
    if (this.done) return false;
    this.replies.push(value);
    if (this.replies.length >= (this.max ?? 1)) this.decide();
    else this.check();
    return true;
  }

  /** Told to the requester if nothing better comes, or else reported: once in any case (D4). */
  fail(error: unknown, at: Subscriber, event: BusEvent): void {
    this.open--;
    if (this.done) {
      // That it gave up because nobody waits any more is no failure.
      if (!this.isCancellation(error)) this.host.report(error, at, event);
      return;
    }
    (this.failures ??= []).push([error, at, event]);
    this.check();
  }

  private isCancellation(error: unknown): boolean {
    return this.controller !== undefined && isCancellation(error, this.error ?? this.controller.signal.reason);
  }

  /** The responder did not want it after all. */
  decline(): void {
    this.asked--;
    this.open--;
    this.check();
  }

  /** Everybody has been asked who was there when the delivery of its event began. */
  handedOut(event: BusEvent): void {
    this.delivered = event;
    this.check();
  }

  /** Calls `end` when it is decided. */
  onEnd(end: () => void): void { (this.endings ??= []).push(end); }

  /** The requester's time is over; `gathered`: it takes what there is. */
  timeOut(milliseconds: number, gathered: boolean): void {
    if (gathered && this.asked > 0) this.decide();
    else this.cancel(new TimeoutError(`request ${JSON.stringify(this.topic)}`, milliseconds));
  }

  /** Its requester gave it up. */
  abort(reason: unknown): void {
    this.aborted = !this.done;
    this.cancel(reason);
  }

  /** Decided without the responders. */
  cancel(error: unknown): void {
    if (this.done) return;
    this.error = error;
    this.failed = true;
    this.decide();
  }

  private check(): void {
    if (this.done || this.delivered === undefined || this.open > 0) return;
    if (this.replies.length > 0) this.decide();
    else if (this.failures !== undefined) this.cancel(remote(this.topic, this.failures.shift()![0]));
    else if (!this.host.mayWait(this, this.delivered)) this.cancel(new NoRespondersError(this.topic));
  }

  private decide(): void {
    this.done = true;
    this.delivered = undefined;
    this.controller?.abort(this.error);
    const { failures, endings } = this;
    this.failures = this.endings = undefined;
    if (endings !== undefined) for (const end of endings) end();
    this.host.answered(this);
    this.decided?.();
    this.decided = undefined;
    if (failures !== undefined) for (const failure of failures) this.host.report(...failure);
  }
}

/** What a responder threw, with its code; the bus's own errors about Go are what they are. */
function remote(topic: string, error: unknown): unknown {
  return isA(error, UnavailableError) ? error : new RemoteError(topic, error);
}

/** Hands a request's answer to it. */
function answering(respond: Deliver, at: Subscription): Deliver {
  return (data, event) => (event.exchange as Exchange).ask(at, respond, data, event);
}

/** Turns away what asks nothing, or nothing any more. */
export function asked(deliver: Deliver): Deliver {
  return (data, event) => event.exchange === undefined || event.exchange.done ? undefined : deliver(data, event);
}

/** What a responder's subscription calls: it asks `respond` with requests that are `wanted`. */
export function responder(respond: Deliver, at: Subscription, wanted: (call: Deliver) => Deliver): Deliver {
  return asked(wanted(answering(respond, at)));
}
