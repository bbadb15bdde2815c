import type { PageBus } from '../page.js';

/** What all copies of the package on a page share, so that an instance of Go finds the bus that started it. */
interface Shared {
  /** Attaches an instance to the bus of this number; called by package jsbridge. */
  attach(host: number, output: number, orders: number): unknown;
  readonly hosts: Map<number, (output: number, orders: number) => unknown>;
  /** The host that waits for a program which another loader runs. */
  last: number;
  /** Makes a Standard Schema of a JSON Schema, once that entry of the package has been imported. */
  jsonSchema?: (schema: object) => unknown;
  /** The bus that pageBus() made. */
  bus?: PageBus | undefined;
}

const KEY = Symbol.for('trolleybus/1');

export function shared(): Shared {
  const scope = globalThis as unknown as Record<symbol, Shared | undefined>;
  return scope[KEY] ??= {
    hosts: new Map(),
    last: 0,
    attach(host, output, orders) {
      return this.hosts.get(host || this.last)?.(output, orders) ?? null;
    },
  };
}

let count = 0;

/** A number for a bus that no other has. */
export function newHost(attach: (output: number, orders: number) => unknown): number {
  const { hosts } = shared();
  do count++; while (hosts.has(count));
  hosts.set(count, attach);
  return count;
}
