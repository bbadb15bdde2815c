import type { BoundedQueue } from './bounded-queue.js';
import type { BusEvent } from './event.js';
import type { TrolleybusError } from './errors.js';
import type { Replay, SubscribeOptions } from './types.js';

/** What a route calls. A handler's promise is watched for rejection; any other result is ignored. */
export type Deliver = (data: any, event: BusEvent) => unknown;

/** What sees to the events of a subscription with policies, as the rest knows it. */
export interface PolicyRunner {
  /** What Go knows the subscription by; 0 where it need not. */
  readonly number: number;
  /** The queue group of which it is a member. */
  readonly queue: string | undefined;
  /** What routes call. */
  readonly deliver: Deliver;
  /** Events that wait for Go, in the order of the bus. */
  readonly waiting: BoundedQueue<BusEvent>;
  subscription: Subscription;
  /** Which events it wants; undefined: all. */
  wants: SubscribeOptions['filter'];
  /** Gets what Go has against it while the call that makes it has not returned. */
  refused: ((error: TrolleybusError) => void) | undefined;
  /** Tells Go of it at once, where Go is up, and throws what Go has against it. */
  introduce(): void;
  /** Takes the event through the policies, or keeps it for the next instance of Go. */
  offer(event: BusEvent): void;
  /** Keeps an event for Go, in its place. */
  wait(event: BusEvent): void;
  /** Nobody waits here for the event any more. */
  passOn(event: BusEvent): void;
  /** It gets no more events; `cleanup` lets go of what it holds outside. */
  left(cleanup: () => void): void;
  /** Its user ends it, or the bus does. */
  stop(): void;
}

/** JavaScript's side of one subscription: Go's table knows it by `id` and decides where it belongs. */
export class Subscription {
  active = true;
  /** Whether a compiled route ever held it: if not, there is nothing to invalidate when it ends. */
  used = false;
  /** Whether the instance of Go that is up has it in its table. */
  known = false;
  /** Undoes what the subscription holds outside of the bus: abort listeners, watched elements. */
  cleanup: (() => void) | undefined = undefined;
  deliver!: Deliver;
  /** Its handler, where a route calls that itself. */
  bare: Deliver | undefined = undefined;
  /** Whether it is no interest for observers. */
  quiet = false;
  /** Whether it answers requests, and gets nothing else. */
  responder = false;
  /** Which past events it wants. */
  replay: Replay | undefined = undefined;
  /** Its policies, if it has any. */
  runner: PolicyRunner | undefined = undefined;

  /** Whether it is a member of a queue group, which has no place of its own in a route. */
  get grouped(): boolean { return this.runner?.queue !== undefined; }

  constructor(
    /** Where the registry has it. */
    readonly slot: number,
    /** What Go's table knows it by. */
    readonly id: number,
    /** Position among all subscribers of the bus, Go's and JavaScript's (D3). */
    readonly order: number,
    readonly pattern: string,
    readonly wild: boolean,
    readonly name: string | undefined,
  ) {}
}
