import type { Crossing } from '../core/crossing/crossing.js';
import { errorOf } from '../core/crossing/fields.js';
import type { BusEvent } from '../core/event.js';
import type { Kernel } from '../core/kernel.js';
import type { DropReason, ObservedSubscription, Outcome } from '../core/observer-types.js';

/** What Go tells observers of: the numbers of `jsbridge/observe.go`. */
const Observed = { Delivering: 0, Delivered: 1, Dropped: 2, Replayed: 3 } as const;

/** What Go calls while somebody observes: of its own subscribers, and of what it decides for JavaScript's. */
export function observedCalls(port: Crossing, { observers }: Kernel, eventOf: (fields: string[], ref: number, own: number) => BusEvent) {
  const { memory, quietly } = port;
  const asSeen = (id: number, pattern: string, name: string | undefined, side: string | undefined): ObservedSubscription =>
    Object.freeze({ id, pattern, name: name || undefined, side: side as 'js' | 'go' });
  return {
    observed: quietly((what: number, ref: number, own: number, attempt: number, duration: number) => {
      const [pattern = '', name, side, id, outcome, code = '', message = '', ...fields] = memory.outputStrings();
      const event = eventOf(fields, ref, own), subscription = asSeen(Number(id), pattern, name, side);
      switch (what) {
        case Observed.Delivering: return observers.tell('delivering', event, event, subscription, Object.freeze({ attempt }));
        case Observed.Delivered: return observers.tell('delivered', event, event, subscription, Object.freeze({ attempt, duration, outcome: outcome as Outcome, ...outcome === 'ok' ? {} : { error: errorOf([code, message]) } }));
        case Observed.Dropped: return observers.tell('dropped', event, event, pattern === '' ? undefined : subscription, Object.freeze({ reason: outcome as DropReason }));
        default: return observers.tell('replayed', event, event, subscription);
      }
    }),
    observedInterest: quietly((on: boolean, responder: boolean) => observers.interestOfGo(memory.outputString(), on, responder ? 'responder' : 'subscriber')),
  };
}
