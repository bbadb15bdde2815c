import type { BusEvent } from './event.js';
import type { Managed } from './managed.js';
import type { Replay } from './types.js';

/** What a route calls. A handler's promise is watched for rejection; any other result is ignored. */
export type Deliver = (data: any, event: BusEvent) => unknown;

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
  /** Whether it answers requests, and gets nothing else. */
  responder = false;
  /** Which past events it wants. */
  replay: Replay | undefined = undefined;
  /** Its policies, if it has any. */
  managed: Managed | undefined = undefined;

  /** Whether it is a member of a queue group, which has no place of its own in a route. */
  get grouped(): boolean { return this.managed?.options.queue !== undefined; }

  constructor(
    readonly id: number,
    /** Position among all subscribers of the bus, Go's and JavaScript's (D3). */
    readonly order: number,
    readonly pattern: string,
    readonly wild: boolean,
    readonly name: string | undefined,
  ) {}
}
