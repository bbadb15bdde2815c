import { show } from '../core/errors.js';
import { OverflowError } from '../core/overflow-error.js';
import { BusEvent, describe, type Cause } from '../core/event.js';
import type { Exchange } from '../features/requests/exchange.js';
import { toPage } from '../core/report.js';
import type { Failure } from '../core/failures.js';
import { ERROR_TOPIC, LETTERS_TOPIC } from '../core/topics.js';
import { bridgeMap } from './component-bridge.js';
import { encode } from './encode.js';
import { Kind } from './exports.js';
import { causeFrom, describedBy, errorFields, errorOf, failureFields, optionsOf } from './fields.js';
import type { Memory } from './memory.js';
import type { PortHost } from './host.js';
import type { Policies } from './policies.js';
import type { Refs } from './refs.js';
import { askedBy, type GoRequests } from './requests.js';

/**
 * What Go calls. Integers in and out, and no exceptions, which would end the instance: one becomes a negative length of
 * code and message in the input, or is the page's where Go could do nothing with it.
 */
export function callsOf(memory: Memory, refs: Refs, bridges: (() => void)[], policies: Policies, requests: GoRequests, host: PortHost, flush: () => void, turn: (number: number) => void) {
  const answer = (call: () => number): number => {
    try {
      return call();
    } catch (error) {
      return -memory.writeStrings(errorFields(error)) - 1;
    }
  };
  const quietly = <A extends unknown[]>(call: (...given: A) => number | void, otherwise = 0) => (...given: A): number => {
    try {
      return call(...given) ?? 0;
    } catch (error) {
      toPage(error);
      return otherwise;
    }
  };
  const eventOf = (at: number, length: number, ref: number, described: number, exchange?: (topic: string) => Exchange): BusEvent => {
    const topic = memory.text(at, length);
    const options = described ? optionsOf(memory.outputStrings()) : undefined;
    const event = host.dispatcher.prepare(topic, undefined, options, exchange?.(topic));
    if (options?.causeId !== undefined) (event as { cause: Cause }).cause = causeFrom(options);
    (event as { ref: number }).ref = ref;
    return event;
  };
  return {
    publish: (at: number, length: number, ref: number, described: number): number => answer(() => {
      const event = eventOf(at, length, ref, described);
      if (event.topic === LETTERS_TOPIC) policies.letterChanged(event);
      return host.publishFromGo(event) ? 1 : 0;
    }),
    ...askedBy(answer, requests, host, eventOf),
    /** Go code subscribed to or left a pattern. */
    changed: (at: number, length: number): number => answer(() => {
      const pattern = memory.text(at, length);
      host.dispatcher.invalidate(pattern, /[*>]/.test(pattern));
      return 0;
    }),
    intercepts: quietly((on: number) => host.interceptsChanged(on !== 0)),
    order: (): number => ++host.registry.order,
    /** Before Go looks into its own table. */
    sync: (): number => answer(() => (flush(), 0)),
    /** A failure outside of a delivery; the output has `code, message, pattern, name, limit or stack`, what is said of the event, its topic and number. */
    report: (ref: number, own: number): number => answer(() => {
      const [code = '', message = '', pattern = '', name, more, ...fields] = memory.outputStrings();
      const event = (own === 0 ? refs.find(ref) : undefined) ?? policies.failed(fields, own * ref);
      const error = code === 'TB_OVERFLOW' ? new OverflowError(`subscription ${show(name || pattern)}`, Number(more), event) : errorOf([code, message, ...more ? [more] : []]);
      host.report(error, { pattern, name: name || undefined }, event);
      return 0;
    }),
    /** `failed`: the data of the event that a failure, the data of this one, is about. */
    encode: (ref: number, failed: number): number => answer(() => {
      const { topic, data } = refs.get(ref);
      if (failed !== 0) return encode(memory, (data as Failure).event.data);
      // Only the bus publishes there.
      return topic === ERROR_TOPIC ? memory.writeStrings(failureFields(data as Failure)) * 16 + Kind.Failure : encode(memory, data);
    }),
    /** What is known of the event, as names and values in the input; the length. */
    describe: (ref: number): number => answer(() => memory.writeStrings(describedBy(refs.get(ref)))),
    keep: quietly((ref: number) => refs.keep(ref)),
    drop: quietly((ref: number) => refs.drop(ref)),
    /** Joins a DOM event target as the output says; the number by which `unbridge` ends it. */
    bridge: (target: EventTarget): number => answer(() => {
      bridges.push(host.bridge(target, bridgeMap(JSON.parse(memory.outputString()))));
      return bridges.length;
    }),
    unbridge: quietly((id: number) => bridges[id - 1]!()),
    /** An attempt of a subscriber with policies; its place is in the queue. */
    attempt: quietly((number: number, ref: number, call: number, own: number) => {
      const event = own ? policies.taken(number, ref, call) : refs.find(ref);
      if (event === undefined) return;
      policies.attempt(number, event, call, ({ subscription }, work) => host.dispatcher.inTurn(() => {
        host.dispatcher.delivered--;
        host.dispatcher.deliverTo(subscription, event, work);
      }));
    }),
    /** Whether a subscriber with policies wants an event: the length of its keys in the input, or -1. */
    ask: quietly((number: number, ref: number, own: number) =>
      policies.ask(number, own ? policies.taken(number, ref, 0) : refs.find(ref), host.report), -1),
    held: quietly((number: number, ref: number, held: boolean) => policies.held(number, refs.find(ref), held)),
    ended: quietly((number: number) => policies.ended(number)),
    /** Of a dedupe window that is in a storage. */
    load: (number: number, from: number): number => answer(() => policies.load(number, from === 0)),
    store: quietly((number: number, date: number) => policies.store(number, date)),
    /** Keeps an event that a topic keeps for Go, for as long as it wants; its number. */
    recall: quietly((at: number, length: number, i: number) => {
      const event = host.histories.at(memory.text(at, length), i);
      return event === undefined ? 0 : refs.hold(event);
    }),
    forget: quietly((at: number, length: number, n: number) => host.histories.forget(memory.text(at, length), n)),
    /** Work of Go's, in its turn of the queue. */
    inTurn: quietly((number: number) => host.dispatcher.inTurn(() => turn(number))),
    /** A kept event for a subscriber of Go's, within its turn. The output has what is said of it, its topic and number, and the subscriber's pattern and name. */
    within: quietly((ref: number, number: number) => {
      const fields = memory.outputStrings();
      const [topic = '', seq, pattern = '', name] = fields.splice(-4);
      const deliver = (): void => turn(number);
      let event = ref === 0 ? undefined : refs.find(ref);
      if (event === undefined) describe(event = new BusEvent(topic, undefined, Number(seq), host.dispatcher.origin), optionsOf(fields));
      host.dispatcher.deliverTo({ handle: 0, order: 0, pattern, name: name || undefined, wild: false, responder: false, used: true, deliver }, event, deliver);
    }),
  };
}
