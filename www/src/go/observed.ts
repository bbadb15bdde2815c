import type { Crossing } from '../core/crossing/crossing.js';
import { errorOf } from '../core/crossing/fields.js';
import type { BusEvent } from '../core/event.js';
import type { Kernel } from '../core/kernel.js';
import type { Interest, Observers } from '../core/observers.js';
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
    observedInterest: quietly((on: boolean, responder: boolean) => interested(observers, memory.outputString(), on, responder ? 'responder' : 'subscriber')),
  };
}

/** Go's subscribers want a pattern, or do not any more. */
function interested(observers: Observers, pattern: string, on: boolean, kind: 'subscriber' | 'responder'): void {
  const { ofGo } = observers, key = kind + pattern;
  if (on === ofGo.has(key)) return;
  const interest: Interest = [pattern, Object.freeze({ on, kind, side: 'go' })];
  if (on) ofGo.set(key, interest);
  else ofGo.delete(key);
  observers.change(interest);
}

/** The instance of Go is gone, and what its subscribers wanted. */
export function forgetInterest(observers: Observers): void {
  for (const [pattern, { kind }] of [...observers.ofGo.values()]) interested(observers, pattern, false, kind);
}
