/** Errors with the codes and messages that Node's `events` has, which code looks at. */

export function invalidType(name: string, expected: string, value: unknown): TypeError {
  return coded(new TypeError(`The "${name}" ${name.includes('.') ? 'property' : 'argument'} must be ${expected}. Received ${received(value)}`), 'ERR_INVALID_ARG_TYPE');
}

export function outOfRange(name: string, expected: string, value: unknown): RangeError {
  return coded(new RangeError(`The value of "${name}" is out of range. It must be ${expected}. Received ${String(value)}`), 'ERR_OUT_OF_RANGE');
}

/** What `emit('error')` throws where nobody listens and it was given no error. */
export function unhandledError(context: unknown): Error {
  const error = coded(new Error(`Unhandled error. (${show(context)})`), 'ERR_UNHANDLED_ERROR') as Error & { context?: unknown };
  error.context = context;
  return error;
}

export class AbortError extends Error {
  override name = 'AbortError';
  code = 'ABORT_ERR';

  constructor(cause: unknown) {
    super('The operation was aborted', { cause });
  }
}

export function checkListener(listener: unknown): asserts listener is (...parameters: any[]) => unknown {
  if (typeof listener !== 'function') throw invalidType('listener', 'of type function', listener);
}

export function checkCount(name: string, n: unknown): asserts n is number {
  if (typeof n !== 'number') throw invalidType(name, 'of type number', n);
  if (Number.isNaN(n) || n < 0) throw outOfRange(name, '>= 0', n);
}

export function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw invalidType(name, 'of type boolean', value);
}

export function checkSignal(signal: unknown, name = 'options.signal'): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && (typeof signal !== 'object' || signal === null || !('aborted' in signal))) throw invalidType(name, 'an instance of AbortSignal', signal);
}

/** Gives an error a code as Node's errors have it, in its text too. */
export function coded<E extends Error>(error: E, code: string): E {
  return Object.defineProperty(Object.assign(error, { code }), 'toString', { value: () => `${error.name} [${code}]: ${error.message}`, configurable: true });
}

function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') return value.constructor?.name ? `an instance of ${value.constructor.name}` : show(value);
  return `type ${typeof value} (${show(value)})`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  try {
    return builtin<{ inspect(value: unknown): string }>('util')?.inspect(value) ?? (typeof value === 'object' ? JSON.stringify(value) : String(value));
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** A module of Node's, where there is Node. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): T } };
  return typeof process?.getBuiltinModule === 'function' ? process.getBuiltinModule(name) : undefined; // an element may have the id "process"
}
