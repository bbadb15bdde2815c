import { isError } from './brand.js';

/**
 * Every error of Trolleybus has a stable `code`, so that callers need not compare messages or classes.
 * ```ts
 * try { bus.publish(topic, data); } catch (error) { if ((error as TrolleybusError).code !== 'TB_CLOSED') throw error; }
 * ```
 */
export class TrolleybusError extends Error {
  /** What kind of error it is, such as `TB_TOPIC`; it stays the same from version to version, as the message may not. */
  readonly code: string;

  /** An error with a code, for example for a responder, whose requester gets the code. */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    release(this);
  }
}

/**
 * Makes the text of an error's stack: until somebody reads it, V8 keeps all that was `this` in it, an instance of Go with
 * its memory among that, for as long as the error is kept.
 */
export function release(error: unknown): void {
  if (isError(error)) stackOf(error);
}

// Written out, since a minifier renames classes and `name` is what consoles print.
export function named(type: { prototype: Error }, name: string): void {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}

/** `TB_TOPIC`: a topic or pattern that breaks the grammar. `position` counts UTF-16 code units from 0. */
export class TopicError extends TrolleybusError {
  /** Made by every call that takes a topic or pattern. */
  constructor(
    /** What was given. */ readonly input: unknown,
    /** Where in it the first mistake is, in UTF-16 code units from 0. */ readonly position: number,
    /** What is wrong there. */ readonly reason: string,
    what: 'topic' | 'pattern',
  ) {
    super('TB_TOPIC', `${what} ${show(input)}: ${reason} (at position ${position})`);
  }
}

/**
 * `TB_RECURSION`: more than 1,000 events, each published by a handler of the one before, or more than 100, each published
 * while the one before was passing interceptors, its schema or upcasts. `topics` is the cycle, oldest first.
 */
export class RecursionError extends TrolleybusError {
  /** Made by a publish that would have been one too many. */
  constructor(
    /** The cycle, oldest first. */ readonly topics: readonly string[],
    limit: number,
    by = 'by a handler of the one before',
  ) {
    super('TB_RECURSION', `a chain of more than ${limit} events, each published ${by}, was cut: ` +
      `${topics.join(' -> ')}; publish there only when something has changed`);
  }
}

/** `TB_CLOSED`: the bus has been closed. */
export class ClosedError extends TrolleybusError {
  /** Made by each call of a bus that has been closed. */
  constructor(name: string) {
    super('TB_CLOSED', `bus ${show(name)} is closed; create a new one with createBus()`);
  }
}

/** `TB_OPTION`: an argument or option that is not of the documented shape. Its `cause` is what reading it threw. */
export class OptionError extends TrolleybusError {
  /** Made by the call that was given it. */
  constructor(option: string, expected: string, got: unknown, options?: ErrorOptions) {
    super('TB_OPTION', `${option}: ${options === undefined ? `expected ${expected}, got ${show(got)}` : `cannot be read: ${messageOf(options.cause)}`}`, options);
  }
}

/** `TB_PAYLOAD`: data that cannot cross to Go or back without a silent change. `path` is where, for example `$.items[2].price`. */
export class PayloadError extends TrolleybusError {
  /** Made by the publish whose data it is, or by what hands them to Go. */
  constructor(
    /** Where in the data, from `$`. */ readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super('TB_PAYLOAD', `payload at ${path}: ${reason}`, options);
  }
}

/**
 * What kept Go from coming up: this place lacks something; the program was not had, was no WebAssembly, not the one with
 * the hash, not compiled, or of another version of Go or of Trolleybus; it did not serve a bus, or ended; it took longer than `loadTimeout`;
 * the bus was closed.
 */
export type UnavailableReason = 'unsupported' | 'fetch' | 'mime' | 'integrity' | 'compile' | 'version' | 'start' | 'timeout' | 'closed';

/** `TB_UNAVAILABLE`: Go is not up. `reason` says at which step it failed; plain topics go on working. */
export class UnavailableError extends TrolleybusError {
  /** Made by whatever needs Go: `ready`, policies, dead letters, requests that Go would have answered. */
  constructor(
    /** At which step it failed. */ readonly reason: UnavailableReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super('TB_UNAVAILABLE', message, options);
  }
}

/** `TB_FEATURE`: a member or an option of a feature that the bus was made without. */
export class FeatureError extends TrolleybusError {
  /** Made by whatever needs it. */
  constructor(
    what: string,
    /** Which one, as its entry of the package is called. */ readonly feature: string,
    help = `import { ${feature} } from 'trolleybus/${feature}' for createBus({ features: [${feature}()] })`,
  ) {
    super('TB_FEATURE', `${what} is of the feature ${feature}, without which the bus was made: ${help}`);
  }
}

/** `TB_HANDLER`: what a page hears of a failure that nobody listens to. `cause` is what was thrown, and the stack is that of it. */
export class HandlerError extends TrolleybusError {
  /** Made for `reportError`, or the console. */
  constructor(
    cause: unknown,
    /** The topic of the event that it failed with. */ readonly topic: string,
    /** The pattern of the subscription that failed. */ readonly pattern: string,
    /** Its name, if it was given one. */ readonly subscription: string | undefined,
  ) {
    super('TB_HANDLER', `handler of ${show(pattern)}${subscription === undefined ? '' : ` (${show(subscription)})`} failed with an event of ${show(topic)}: ${messageOf(cause)}`, { cause });
    const stack = stackOf(cause);
    // V8 begins a stack with the message, others do not.
    if (stack !== undefined) this.stack = this.stack?.includes(this.message) ? `${this.name}: ${this.message}${stack.slice(Math.max(0, stack.indexOf('\n    at ')))}` : stack;
  }
}

function stackOf(error: unknown): string | undefined {
  try {
    const { stack } = error as Error;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** Characters that are shown of a message: a handler may have thrown anything. */
export const MAX_MESSAGE = 10_000;
/** The message of anything that was thrown. Its own getters may throw. */
export function messageOf(error: unknown): string {
  try {
    const { message } = Object(error) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, MAX_MESSAGE) : show(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Whether an error is of a class, whatever was thrown. */
export function isA<T>(error: unknown, type: abstract new (...args: any) => T): error is T {
  try {
    return error instanceof type;
  } catch {
    return false; // a proxy
  }
}

for (const [name, type] of Object.entries({
  TrolleybusError, TopicError, RecursionError, ClosedError, OptionError, PayloadError, UnavailableError, FeatureError, HandlerError,
})) named(type, name);

/** Shows any value in a message without running its code: a hostile toString must not turn an error into another. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.length > 80 ? value.slice(0, 77) + '...' : value);
    case 'object': return value === null ? 'null' : isArray(value) ? 'an array' : 'an object';
    case 'function': return 'a function';
    case 'bigint': return `${value}n`;
    default: return Object.is(value, -0) ? '-0' : String(value);
  }
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a proxy that was revoked
  }
}
