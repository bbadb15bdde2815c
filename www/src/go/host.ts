import type { BridgeMap } from '../dom/bridge-types.js';
import type { Compiler, Dispatcher } from '../core/dispatcher.js';
import type { TrolleybusError, UnavailableError } from '../core/errors.js';
import type { BusEvent } from '../core/event.js';
import type { Declarations } from '../features/schemas/declarations.js';
import type { Histories } from '../features/keeping/history.js';
import type { Registry } from '../core/registry.js';
import type { Requests } from '../features/requests/requests.js';
import type { Subscription } from '../core/subscription.js';

/** What a port needs of its bus. */
export interface PortHost {
  readonly dispatcher: Dispatcher;
  readonly registry: Registry;
  readonly declarations: Declarations;
  readonly requests: Requests;
  readonly histories: Histories;
  readonly fallback: Compiler;
  /** Whether Go's data will be needed until it is released; throws what the publisher has to know. */
  publishFromGo(event: BusEvent): boolean;
  bridge(target: EventTarget, map: BridgeMap): () => void;
  /** Go's interceptors came or went. */
  interceptsChanged(on: boolean): void;
  report(error: unknown, at: { pattern: string; name: string | undefined }, event: BusEvent): void;
  /** Go died before a subscriber of its own got the event, or the member of a queue group of that name did. */
  missed(event: BusEvent, queue: string | undefined): void;
  died(error: UnavailableError): void;
  kick(): void;
  /** Go does not take a subscription; undefined: one that has ended meanwhile. */
  refused(subscription: Subscription | undefined, error: TrolleybusError): void;
}
