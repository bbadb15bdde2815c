import { OptionError } from './errors.js';

type Check = (value: unknown) => string | undefined;

const is = (type: string, what = `a ${type}`): Check => (value) => typeof value === type ? undefined : what;

const isSignal: Check = (value) =>
  typeof value === 'object' && value !== null && 'aborted' in value && typeof (value as AbortSignal).addEventListener === 'function' ? undefined : 'an AbortSignal';

const isOverflow: Check = (value) => {
  const shape = "{ limit?: positive integer, policy?: 'drop-oldest' | 'drop-newest' | 'latest' | 'error' }";
  if (typeof value !== 'object' || value === null) return shape;
  const { limit = 1, policy = 'error' } = value as { limit?: unknown; policy?: unknown };
  return Number.isInteger(limit) && (limit as number) > 0 && ['drop-oldest', 'drop-newest', 'latest', 'error'].includes(policy as string) ? undefined : shape;
};

const SUBSCRIBE: Record<string, Check> = {
  once: is('boolean'),
  signal: isSignal,
  filter: is('function'),
  name: is('string'),
  owner: (value) => typeof Node === 'function' && value instanceof Node ? undefined : 'an Element',
};

const EVENTS: Record<string, Check> = { signal: isSignal, overflow: isOverflow };

const PUBLISH: Record<string, Check> = {
  id: is('string'),
  subject: is('string'),
  key: is('string'),
  version: (value) => typeof value === 'string' || typeof value === 'number' ? undefined : 'a string or number',
  traceparent: (value) => typeof value === 'string' && /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/.test(value) ? undefined : 'a W3C traceparent',
};

const positive = (value: unknown): boolean => typeof value === 'number' && value > 0;

const REQUEST: Record<string, Check> = {
  timeout: (value) => positive(value) ? undefined : 'milliseconds above 0',
  signal: isSignal,
  gather: (value) => {
    if (typeof value === 'object' && value !== null) {
      const { max = 1, within = 1 } = value as { max?: unknown; within?: unknown };
      if (positive(max) && Number.isInteger(max) && positive(within)) return undefined;
    }
    return '{ max?: positive integer, within?: milliseconds above 0 }';
  },
};

const CREATE: Record<string, Check> = {
  wasm: (value) => ['string', 'function'].includes(typeof value) || (typeof value === 'object' && value !== null) ? undefined : 'a URL, Response, bytes, WebAssembly.Module or a function that returns one',
  integrity: is('string'),
  start: (value) => ['now', 'idle', 'demand'].includes(value as string) ? undefined : "'now', 'idle' or 'demand'",
  name: is('string'),
  dev: is('boolean'),
  onError: is('function'),
  clock: (value) => typeof value === 'object' && value !== null && ['now', 'date', 'after'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function') ? undefined : 'a Clock',
  maxPending: (value) => Number.isInteger(value) && (value as number) >= 0 ? undefined : 'an integer of 0 or more',
};

const TABLES = { subscribe: SUBSCRIBE, events: EVENTS, publish: PUBLISH, request: REQUEST, createBus: CREATE };

/** Throws an OptionError for an option that does not exist or is of the wrong shape; `undefined` counts as left out. */
export function checkOptions(of: keyof typeof TABLES, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw new OptionError(`${of} options`, 'an object', options);
  const table = TABLES[of];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(table, name) ? table[name]! : undefined;
    if (check === undefined) throw new OptionError(`${of} option ${JSON.stringify(name)}`, `one of ${Object.keys(table).join(', ')}`, name);
    const expected = check(value);
    if (expected !== undefined) throw new OptionError(`${of} option ${name}`, expected, value);
  }
}
