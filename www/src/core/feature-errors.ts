import { TrolleybusError, messageOf, named, show } from './errors.js';
import { told } from './told.js';

// The errors of features, and of what crosses from Go.

/** One thing that is wrong with data, and where in it: keys and indexes from the top. */
export interface Issue {
  /** What is wrong, in the schema's words. */
  readonly message: string;
  /** Keys and indexes from the top of the data; empty for the data themselves. */
  readonly path: readonly (string | number)[];
}

/** `TB_SCHEMA`: data that the schema of its topic refuses. It is the publisher's, and nobody got the event. */
export class SchemaError extends TrolleybusError {
  /** Made by the publish whose data it is. */
  constructor(
    /** The topic whose schema it is. */ readonly topic: string,
    /** All that is wrong. */ readonly issues: readonly Issue[],
    options?: ErrorOptions,
  ) {
    const all = issues.slice(0, 5).map(({ message, path }) => `$${path.map((key) => typeof key === 'number' ? `[${key}]` : `.${key}`).join('')}: ${message}`);
    if (issues.length > 5) all.push(`and ${issues.length - 5} more`);
    super('TB_SCHEMA', `data of topic ${show(topic)} does not match its schema: ${all.join('; ')}`, options);
  }
}

/** `TB_VERSION`: an event of a version that cannot be brought to that of its topic, `current`. Nobody got it. */
export class VersionError extends TrolleybusError {
  /** Made by the publish whose event it is. */
  constructor(
    /** The topic. */ readonly topic: string,
    /** The version that the event is of. */ readonly version: string | number,
    /** The version that the topic is at. */ readonly current: number,
    /** Why the one cannot be brought to the other. */ readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('TB_VERSION', `topic ${show(topic)} is at version ${current} and cannot take version ${version}: ${reason}`, options);
  }
}

/** `TB_CLOUDEVENT`: what is no CloudEvent 1.0, or no event that a bus can have. */
export class CloudEventError extends TrolleybusError {
  /** Made by what reads or writes CloudEvents. */
  constructor(
    /** Name of the attribute, `''` where there is none to blame. */ readonly attribute: string,
    /** What is wrong with it. */ readonly reason: string,
    /** Which one of a batch, from 0. */ readonly index?: number,
    options?: ErrorOptions,
  ) {
    super('TB_CLOUDEVENT', `CloudEvent${index === undefined ? '' : ` ${index} of the batch`}: ${attribute && show(attribute) + ' '}${reason}`, options);
  }
}

/** `TB_TIMEOUT`: it took longer than it may. */
export class TimeoutError extends TrolleybusError {
  /** Made when the time, which the message has, is over. */
  constructor(what: string, milliseconds: number) {
    super('TB_TIMEOUT', `${what} took longer than ${milliseconds} ms`);
  }
}

/** `TB_NO_RESPONDERS`: nobody answers requests of this topic. */
export class NoRespondersError extends TrolleybusError {
  /** Made by the request, whose topic the message has. */
  constructor(topic: string) {
    super('TB_NO_RESPONDERS', `request ${show(topic)}: no responders; register one with bus.respond()`);
  }
}

/** All responders failed. `code` is that of what the first of them threw, `cause`, or `TB_REMOTE`. */
export class RemoteError extends TrolleybusError {
  /** Made by the request, when nobody is left to answer it. */
  constructor(
    /** The topic of the request. */ readonly topic: string,
    cause: unknown,
  ) {
    const [code, message] = told(cause);
    super(code, `request ${show(topic)}: ${message}`, { cause });
  }
}

/** `TB_STORE`: the storage of a dedupe window failed: full, forbidden, or broken, as `cause` says. */
export class StoreError extends TrolleybusError {
  /** Made for `onError` and `$bus.error`, once for each subscription. */
  constructor(cause: unknown) {
    super('TB_STORE', `dedupe.store: ${messageOf(cause)}`, { cause });
  }
}

/** A failure inside Go, carried over with Go's own code: an error that a Go handler returned, a panic (`TB_PANIC`), ... */
export class GoError extends TrolleybusError {}

for (const [name, type] of Object.entries({
  SchemaError, VersionError, CloudEventError, TimeoutError, NoRespondersError, RemoteError, StoreError, GoError,
})) named(type, name);
