import type { Clock } from './clock.js';

/** Who makes events: one object, shared by all events of a bus. It holds nothing of the bus, so that a kept event does not keep that. */
export class Origin {
  private random32: string | undefined;

  /** One of its own where `name` is undefined. */
  constructor(private readonly name: string | undefined, readonly clock: Clock, /** From 0 to below 1, for jitter. */ readonly random: () => number) {}

  /** Eight hexadecimal digits, so that ids of two buses differ. Late, since a page's first random numbers take as long as its first publish. */
  get instance(): string {
    return this.random32 ??= (globalThis.crypto?.getRandomValues(new Uint32Array(1))[0] ?? Math.floor(Math.random() * 2 ** 32)).toString(16).padStart(8, '0'); // jsdom may have none
  }

  /** The name of the bus. */
  get source(): string { return this.name ?? `trolleybus-${this.instance}`; }
}
