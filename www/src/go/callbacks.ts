import { answered, quietly } from '../core/crossing/calls.js';
import type { Crossing, FeatureCrossing } from '../core/crossing/crossing.js';
import { encode } from '../core/crossing/encode.js';
import { Kind } from '../core/crossing/exports.js';
import { describedBy, errorOf, failureFields, optionsOf } from '../core/crossing/fields.js';
import { show } from '../core/errors.js';
import { BusEvent, describe } from '../core/event.js';
import type { Failure } from '../core/failures.js';
import { isReserved } from '../core/grammar.js';
import { OverflowError } from '../core/overflow-error.js';
import { ERROR_TOPIC } from '../core/topics.js';
import { deliverTo, inTurn } from '../core/turns.js';
import { bridgeMap } from './component-bridge.js';
import type { PortHost } from './host.js';
import { observedCalls } from './observed.js';

/**
 * What Go calls. Integers in and out, and no exceptions, which would end the instance: one becomes a negative length of
 * code and message in the input, or is the page's where Go could do nothing with it.
 */
export function callsOf(port: Crossing & { readonly admission: { intercepts: boolean } }, host: PortHost, crossings: readonly FeatureCrossing[], bridges: (() => void)[], turn: (number: number) => void) {
  const { memory, refs } = port;
  const answer = (call: () => number): number => answered(memory, call);
  /** An event of Go's (`ref` above 0), or what is known of one of JavaScript's, that Go tells of. */
  const made = (fields: string[], ref: number): BusEvent => {
    const [topic = '', seq] = fields.splice(-2);
    const options = optionsOf(fields);
    try {
      if (ref > 0) return port.eventOf(topic, Number(seq), options, ref);
    } catch { /* its data has no form in JavaScript */ }
    return port.blank(topic, Number(seq), options);
  };
  const eventOf = (fields: string[], ref: number, own: number): BusEvent => (own === 0 ? refs.find(ref) : undefined) ?? made(fields, own * ref);
  return {
    ...observedCalls(port, host.kernel, eventOf),
    publish: (at: number, length: number, ref: number, described: number): number => answer(() => {
      const event = port.published(at, length, ref, described);
      if (isReserved(event.topic)) for (const crossing of crossings) crossing.told?.(event);
      return port.publish(event) ? 1 : 0;
    }),
    /** Go code subscribed to or left a pattern. */
    changed: (at: number, length: number): number => answer(() => {
      const pattern = memory.text(at, length);
      host.kernel.dispatcher.invalidate(pattern, /[*>]/.test(pattern));
      return 0;
    }),
    /** Go's interceptors came or went. */
    intercepts: quietly((on: number) => {
      port.admission.intercepts = on !== 0;
      host.kernel.admission.changed();
    }),
    order: (): number => ++host.kernel.registry.order,
    /** Before Go looks into its own table. */
    sync: (): number => answer(() => (port.flush(), 0)),
    /** A failure outside of a delivery; the output has `code, message, pattern, name, limit or stack`, what is said of the event, its topic and number. */
    report: (ref: number, own: number): number => answer(() => {
      const [code = '', message = '', pattern = '', name, more, ...fields] = memory.outputStrings();
      const event = eventOf(fields, ref, own);
      const error = code === 'TB_OVERFLOW' ? new OverflowError(`subscription ${show(name || pattern)}`, Number(more), event) : errorOf([code, message, ...more ? [more] : []]);
      host.kernel.failures.report(error, { pattern, name: name || undefined }, event);
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
      bridges.push(host.kernel.places.bridge!(target, bridgeMap(JSON.parse(memory.outputString())), undefined));
      return bridges.length;
    }),
    unbridge: quietly((id: number) => bridges[id - 1]!()),
    /** Work of Go's, in its turn of the queue. */
    inTurn: quietly((number: number) => inTurn(host.kernel.dispatcher, () => turn(number))),
    /** A kept event for a subscriber of Go's, within its turn. The output has what is said of it, its topic and number, and the subscriber's pattern and name. */
    within: quietly((ref: number, number: number) => {
      const fields = memory.outputStrings();
      const [topic = '', seq, pattern = '', name] = fields.splice(-4);
      const deliver = (): void => turn(number);
      let event = ref === 0 ? undefined : refs.find(ref);
      if (event === undefined) describe(event = new BusEvent(topic, undefined, Number(seq), host.kernel.dispatcher.origin), optionsOf(fields));
      deliverTo(host.kernel.dispatcher, { handle: 0, order: 0, pattern, name: name || undefined, wild: false, responder: false, used: true, deliver }, event, deliver);
    }),
  };
}
