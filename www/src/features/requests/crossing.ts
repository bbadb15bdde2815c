import { UnavailableError, isA } from '../../core/errors.js';
import { reason } from '../../core/told.js';
import { RemoteError } from '../../core/feature-errors.js';
import type { BusEvent } from '../../core/event.js';
import type { Deliver } from '../../core/subscription.js';
import { asked, type Exchange } from './exchange.js';
import type { Requests } from './requests.js';
import type { RequestOptions } from '../../core/types.js';
import type { Crossing, FeatureCrossing } from '../../core/crossing/crossing.js';
import { From, Kind, Status } from '../../core/crossing/exports.js';
import type { GoSubscriber } from '../../core/subscriber.js';

/** A reply of Go's to a request of Go's, which stays there. */
class Held {
  constructor(readonly index: number) {}
}

/** The requests that cross: questions to responders in Go, and requests of Go. They are decided here, like all others. */
export class GoRequests {
  private readonly asked = new Map<number, { exchange: Exchange; at: GoSubscriber; event: BusEvent }>();
  private readonly own = new Map<number, Exchange>();
  private last = 0;

  constructor(private readonly port: Crossing, private readonly requests: Requests) {}

  /** The number of a question, for Go to answer. */
  ask(at: GoSubscriber, event: BusEvent): number {
    const token = this.last = this.last + 1 & 0x7fff_ffff;
    const exchange = event.exchange as Exchange;
    this.asked.set(token, { exchange, at, event });
    exchange.begin();
    exchange.onEnd(() => {
      if (!this.asked.delete(token)) return;
      this.port.tell(this.port.go.trolleybus_cancel, token);
      this.port.kick(); // its goroutine
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
      reply = kind === Kind.Held ? new Held(this.port.memory.outputNumber()) : this.port.decodeKind(kind);
    } catch (error) {
      exchange.fail(error, at, event);
      return true;
    }
    return exchange.reply(reply);
  }

  /** A request of Go's has been published. */
  await(id: number, exchange: Exchange, options: RequestOptions): void {
    this.own.set(id, exchange);
    this.requests.await(exchange, options, () => {
      if (this.own.delete(id)) this.settle(id, exchange);
    });
  }

  private settle(id: number, { failed, error, replies }: Exchange): void {
    const { port } = this, { go } = port;
    let length = failed ? this.failure(error) : -1;
    if (!failed) {
      for (const reply of replies) {
        let encoded;
        try {
          encoded = reply instanceof Held ? reply.index * 16 + Kind.Held : this.port.encode(reply);
        } catch (error) {
          length = this.failure(error);
          break;
        }
        port.tell(go.trolleybus_reply, id, encoded);
      }
    }
    port.tell(go.trolleybus_settled, id, length);
    this.port.kick(); // the goroutine that waits
  }

  private failure(error: unknown): number {
    const [code, message] = reason(isA(error, RemoteError) && isA(error.cause, Error) ? error.cause : error);
    return this.port.memory.writeStrings(isA(error, RemoteError) ? [error.topic, error.code, message] : ['', code, message]);
  }

  /** Go gave it up. */
  abandon(id: number): void {
    const exchange = this.own.get(id);
    this.own.delete(id);
    exchange?.abort(new DOMException('the requester in Go gave up', 'AbortError'));
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

/** The crossing into one instance of Go. */
export function crossing(port: Crossing, all: Requests): FeatureCrossing {
  const requests = new GoRequests(port, all);
  const answer = (call: () => number): number => port.answered(call);

  /** Asks a responder; it answers now or later. */
  const ask = (at: GoSubscriber, topic: string, event: BusEvent): void => {
    if (!port.alive) return;
    const { ref: goRef, seq } = event, { requester } = event.exchange as Exchange;
    const kind = goRef !== 0 ? event.cause === undefined ? From.Go : From.GoCaused : port.described(event) ? From.ScriptDescribed : From.Script;
    const length = topic === '' || goRef !== 0 ? 0 : port.memory.write(topic);
    const token = requests.ask(at, event);
    const status = port.lending(event, (ref) => goRef !== 0
      ? port.ask(port.go.trolleybus_answer, at.handle, ref, goRef, kind, seq, token, requester)
      : port.ask(port.go.trolleybus_answer, at.handle, length, ref, kind, seq, token, requester));
    if (status === Status.OK) return;
    const error = status === Status.Failed ? port.error() : undefined;
    requests.decline(token);
    if (error !== undefined) throw error;
  };

  return {
    responder: (at, topic): Deliver => asked((_data, event) => ask(at, topic, event)),
    end: () => requests.end(),
    calls: {
      /** `most`: replies that are gathered, 0 for any number, -1 for a single one. `within` 0: no time of its own. */
      request: (at: number, length: number, ref: number, described: number, id: number, timeout: number, most: number, within: number) => answer(() => {
        let exchange: Exchange;
        const event = port.published(at, length, ref, described, (topic) => exchange = all.exchange(topic, most < 0 ? undefined : most || Infinity, id));
        exchange!.event = event;
        const accepted = port.publish(event);
        requests.await(id, exchange!, within > 0 ? { timeout, gather: { within } } : { timeout });
        return accepted ? 1 : 0;
      }),
      answered: (token: number, kind: number) => answer(() => requests.answered(token, kind) ? 1 : 0),
      abandon: (id: number) => answer(() => (requests.abandon(id), 0)),
    },
  };
}
