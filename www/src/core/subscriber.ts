import type { Deliver, Subscription } from './subscription.js';

/** A queue group in a route: Go chooses the member that gets an event. */
export interface GroupSubscriber {
  readonly group: number;
  /** Its name, where it has members in JavaScript. */
  readonly queue?: string | undefined;
  /** Whether it has members in Go. */
  readonly mixed?: boolean;
  /** Where all of its members are Go's. */
  readonly handle?: number;
  readonly pattern: string;
  readonly name: string | undefined;
  readonly wild: boolean;
  readonly deliver: Deliver;
  used: boolean;
}

/** A subscription of Go in a route: its function crosses into Go, which owns everything else of it. */
export interface GoSubscriber {
  /** 0 for what is no subscription: a recorder. */
  readonly handle: number;
  /** Position among all subscribers of the bus (D3). */
  readonly order: number;
  readonly pattern: string;
  readonly name: string | undefined;
  readonly wild: boolean;
  readonly responder: boolean;
  readonly deliver: Deliver;
  used: boolean;
}

/** What a route holds. */
export type Subscriber = Subscription | GoSubscriber | GroupSubscriber;
