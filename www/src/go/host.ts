import type { TrolleybusError, UnavailableError } from '../core/errors.js';
import type { BusEvent } from '../core/event.js';
import type { Kernel } from '../core/kernel.js';
import type { Subscription } from '../core/subscription.js';

/** What a port needs of its bus. */
export interface PortHost {
  readonly kernel: Kernel;
  /** Whether Go's data will be needed until it is released; throws what the publisher has to know. */
  publishFromGo(event: BusEvent): boolean;
  died(error: UnavailableError): void;
  kick(): void;
  /** Go does not take a subscription; undefined: one that has ended meanwhile. */
  refused(subscription: Subscription | undefined, error: TrolleybusError): void;
}
