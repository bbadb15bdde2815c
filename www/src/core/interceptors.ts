import { OptionError } from './errors.js';
import type { BusEvent } from './event.js';
import type { Interceptor } from './types.js';

/** The chain that each event of a publisher passes before it has a place in the order. */
export class Interceptors {
  private chain: readonly Interceptor[] = [];

  get any(): boolean { return this.chain.length > 0; }

  use(interceptor: Interceptor): () => void {
    if (typeof interceptor !== 'function') throw new OptionError('interceptor', 'a function', interceptor);
    const entry: Interceptor = (event, next) => interceptor(event, next); // so that the same one twice is two
    this.chain = [...this.chain, entry];
    return () => { this.chain = this.chain.filter((other) => other !== entry); };
  }

  /** Runs the chain; what it throws is the publisher's. `last` is called unless one of them drops the event. */
  run(event: BusEvent, last: (event: BusEvent) => void): void {
    const { chain } = this;
    const step = (i: number, event: BusEvent): void => {
      if (i === chain.length) return last(event);
      let called = false;
      chain[i]!(event, (...replacement: unknown[]) => {
        if (called) throw new OptionError('next', 'one call for each event', 'a second one');
        called = true;
        if (replacement.length > 0) (event as { data: unknown }).data = replacement[0];
        step(i + 1, event);
      });
    };
    step(0, event);
  }
}
