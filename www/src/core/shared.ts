/** What all copies of the package on a page share, so that an instance of Go finds the bus that started it. */
export interface Shared {
  /** Attaches an instance to the bus of this number; called by package jsbridge. */
  attach(host: number, output: number, orders: number): unknown;
  readonly hosts: Map<number, (output: number, orders: number) => unknown>;
  /** The host that waits for a program which another loader runs. */
  last: number;
  /** Makes a Standard Schema of a JSON Schema, once that entry of the package has been imported. */
  jsonSchema?: (schema: object) => unknown;
  /** How that entry checks its arguments, once a bus with schemas was made; it need not import the package where a page has it as a script. */
  inner?: unknown;
  /** The bus that pageBus() made; what is in it is for pageBus() to say. */
  bus?: unknown;
}

/** Where it is: under the first of these symbols that nobody else has taken. Package jsbridge knows them too. */
const KEYS = ['trolleybus/1', 'trolleybus/1/2', 'trolleybus/1/3'];

const own: Shared = {
  hosts: new Map(),
  last: 0,
  attach(host, output, orders) {
    return this.hosts.get(host || this.last)?.(output, orders) ?? null;
  },
};

/** The one of the page; of this copy alone where the page's globals have no place for it. */
export function shared(): Shared { return find(own, isShared)?.[1] ?? own; }

/** By what Go finds this one; undefined where it cannot. */
export function keyOf(registry: Shared): string | undefined { return find(registry, () => false)?.[0]; }

/** The first place that has `registry`, or whose value will do. A place that is free becomes that of `registry`. */
function find(registry: Shared, willDo: (value: unknown) => boolean): [key: string, registry: Shared] | undefined {
  const scope = globalThis as unknown as Record<symbol, Shared | undefined>;
  for (const key of KEYS) {
    try {
      const place = Symbol.for(key);
      scope[place] ??= registry;
      const value = scope[place]!;
      if (value === registry || willDo(value)) return [key, value];
    } catch { /* a getter that throws, a page whose globals are frozen */ }
  }
  return undefined;
}

// What a stranger left there may be anything, and look like anything: it has to do what a registry does.
function isShared(value: unknown): boolean {
  const registry = value as Shared, { hosts, last } = registry, answer = {};
  Map.prototype.set.call(hosts, 0, () => answer);
  try {
    registry.last = 0;
    return Object.isExtensible(registry) && registry.attach(0, 0, 0) === answer;
  } finally {
    hosts.delete(0);
    registry.last = last;
  }
}

let count = 0;

/** A number for a bus that no other has. */
export function newHost({ hosts }: Shared, attach: (output: number, orders: number) => unknown): number {
  do count++; while (hosts.has(count));
  hosts.set(count, attach);
  return count;
}
