import { RemoteError, UnavailableError, isA, reason, type GoError } from '../core/errors.js';
import type { BusEvent } from '../core/event.js';
import { Exchange } from '../features/requests/exchange.js';
import type { RequestOptions } from '../core/types.js';
import { encode } from './encode.js';
import { Kind, type Export, type GoExports } from './exports.js';

import type { Memory } from './memory.js';
import type { PortHost } from './host.js';
import type { GoSubscriber } from '../core/subscriber.js';

/** What the port does for its requests. */
interface RequestPort {
  /** Calls Go for a plain number; 0 if it has died. */
  tell(by: Export, ...numbers: number[]): number;
  decode(kind: number): unknown;
  error(): GoError;
}

/** A reply of Go's to a request of Go's, which stays there. */
class Held {
  constructor(readonly index: number) {}
}

/** The requests that cross: questions to responders in Go, and requests of Go. They are decided here, like all others. */
export class GoRequests {
  private readonly asked = new Map<number, { exchange: Exchange; at: GoSubscriber; event: BusEvent }>();
  private readonly own = new Map<number, Exchange>();
  private last = 0;

  constructor(private readonly memory: Memory, private readonly go: GoExports, private readonly host: PortHost, private readonly port: RequestPort) {}

  /** The number of a question, for Go to answer. */
  ask(at: GoSubscriber, event: BusEvent): number {
    const token = this.last = this.last + 1 & 0x7fff_ffff;
    const exchange = event.exchange as Exchange;
    this.asked.set(token, { exchange, at, event });
    exchange.begin();
    exchange.onEnd(() => {
      if (!this.asked.delete(token)) return;
      this.port.tell(this.go.trolleybus_cancel, token);
      this.host.kick(); // its goroutine
    });
    return token;
  }

  /** The responder was not called. */
  decline(token: number): void {
    const { exchange } = this.asked.get(token) ?? {};
    this.asked.delete(token);
    exchange?.decline();
  }

  /** Go's answer; false when nobody waits for it any more. */
  answered(token: number, kind: number): boolean {
    const asked = this.asked.get(token);
    if (asked === undefined) return false;
    const { exchange, at, event } = asked;
    let reply: unknown;
    this.asked.delete(token);
    try {
      reply = kind === Kind.Held ? new Held(this.memory.outputNumber()) : this.port.decode(kind);
    } catch (error) {
      exchange.fail(error, at, event);
      return true;
    }
    return exchange.reply(reply);
  }

  /** A request of Go's has been published. */
  await(id: number, exchange: Exchange, options: RequestOptions): void {
    this.own.set(id, exchange);
    this.host.requests.await(exchange, options, () => {
      if (this.own.delete(id)) this.settle(id, exchange);
    });
  }

  private settle(id: number, { failed, error, replies }: Exchange): void {
    const { go, port } = this;
    let length = failed ? this.failure(error) : -1;
    if (!failed) {
      for (const reply of replies) {
        let encoded;
        try {
          encoded = reply instanceof Held ? reply.index * 16 + Kind.Held : encode(this.memory, reply);
        } catch (error) {
          length = this.failure(error);
          break;
        }
        port.tell(go.trolleybus_reply, id, encoded);
      }
    }
    port.tell(go.trolleybus_settled, id, length);
    this.host.kick(); // the goroutine that waits
  }

  private failure(error: unknown): number {
    const [code, message] = reason(isA(error, RemoteError) && isA(error.cause, Error) ? error.cause : error);
    return this.memory.writeStrings(isA(error, RemoteError) ? [error.topic, error.code, message] : ['', code, message]);
  }

  /** Go gave it up. */
  abandon(id: number): void {
    const exchange = this.own.get(id);
    this.own.delete(id);
    exchange?.cancel(new DOMException('the requester in Go gave up', 'AbortError'));
  }

  /** The instance is gone. */
  end(): void {
    const error = new UnavailableError('start', 'the instance of Go ended before the request was answered');
    const asked = [...this.asked.values()], own = [...this.own.values()];
    this.asked.clear();
    this.own.clear();
    for (const exchange of own) exchange.cancel(error);
    for (const { exchange, at, event } of asked) exchange.fail(error, at, event);
  }
}

/** The part of the calls that Go makes. */
export function askedBy(answer: (call: () => number) => number, requests: GoRequests, host: PortHost,
  eventOf: (at: number, length: number, ref: number, described: number, exchange: (topic: string) => Exchange) => BusEvent) {
  return {
    /** `most`: replies that are gathered, 0 for any number, -1 for a single one. `within` 0: no time of its own. */
    request: (at: number, length: number, ref: number, described: number, id: number, timeout: number, most: number, within: number): number => answer(() => {
      let exchange: Exchange;
      const event = eventOf(at, length, ref, described, (topic) => exchange = host.requests.exchange(topic, most < 0 ? undefined : most || Infinity, id));
      const accepted = host.publishFromGo(event);
      requests.await(id, exchange!, within > 0 ? { timeout, gather: { within } } : { timeout });
      return accepted ? 1 : 0;
    }),
    answered: (token: number, kind: number): number => answer(() => requests.answered(token, kind) ? 1 : 0),
    abandon: (id: number): number => answer(() => (requests.abandon(id), 0)),
  };
}
