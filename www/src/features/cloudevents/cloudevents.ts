import { OptionError, TrolleybusError, isA, messageOf, show } from '../../core/errors.js';
import { CloudEventError } from '../../core/feature-errors.js';
import type { BusEvent, Extensions, PublishOptions } from '../../core/event-types.js';
import { isInteger } from './extensions.js';
import { isTime, isTraceparent } from '../../core/formats.js';
import { isMediaType, isReference, isURI } from './formats.js';
import { checkTopic } from '../../core/grammar.js';
import { MAX_BYTES, MAX_DEPTH, base64, binary, isWellFormed, toJSON } from '../../core/payload.js';

/**
 * An event in the JSON format of CloudEvents 1.0 (https://cloudevents.io), structured mode: `JSON.stringify` of it is
 * what goes over the wire. It has only what JSON has, so that nothing changes there.
 */
export interface CloudEvent<T = unknown> {
  /** Version of CloudEvents. */
  specversion: '1.0';
  /** The event's `id`. */
  id: string;
  /** URI reference: the bus's name, percent-encoded where it is none. */
  source: string;
  /** The topic. */
  type: string;
  /** The event's `time`, by RFC 3339. */
  time?: string;
  /** The event's `subject`. */
  subject?: string;
  /** Media type of the data. */
  datacontenttype?: string;
  /** URI of the data's schema. */
  dataschema?: string;
  /** The event's W3C trace context. */
  traceparent?: string;
  /** The event's `correlationId`. */
  correlationid?: string;
  /** The event's `causationId`. */
  causationid?: string;
  /** The event's `key`. */
  partitionkey?: string;
  /** Version of the data's schema. */
  version?: string | number;
  /** Other attributes are the event's `extensions`: strings, booleans and integers of 32 bits. */
  [extension: string]: unknown;
  /** The data, as JSON has it. Left out where it is `undefined`, or bytes. */
  data?: T;
  /** The data, where it is bytes: base64 (RFC 4648). */
  data_base64?: string;
}

/** What `bus.publish(topic, data, options)` takes. */
export interface Publication<T = unknown> {
  /** The topic: the CloudEvent's `type`. */
  topic: string;
  /** The data. */
  data: T;
  /** All else that the CloudEvent says of the event. */
  options: PublishOptions;
}

type Reason = string | undefined;
type Check = (value: unknown) => Reason;

// What a CloudEvents String must not have: control characters, lone surrogates and code points that are no characters.
const ILLEGAL = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const JSON_TYPE = 'application/json', BYTES_TYPE = 'application/octet-stream';

const plain: Check = (value) =>
  typeof value !== 'string' ? 'is not a string'
  : value === '' ? 'is empty'
  : ILLEGAL.test(value) ? 'has a character that CloudEvents does not allow' : undefined;

const text = (what: string, test: (text: string) => boolean): Check => (value) => plain(value) ?? (test(value as string) ? undefined : `is not ${what}`);

const isTopic: Check = (value) => {
  try {
    checkTopic(value as string);
  } catch (error) {
    return `is not a topic: ${(error as { reason?: string }).reason ?? (error as Error).message}`;
  }
  return undefined;
};

const extension: Check = (value) => typeof value === 'boolean' || isInteger(value) || value === '' ? undefined
  : typeof value === 'string' ? plain(value) : 'is not a string, a boolean or an integer of 32 bits';

type Attribute = readonly [name: string, field: 'topic' | keyof PublishOptions, check: Check];

let table: readonly Attribute[] | undefined;

/**
 * The attributes that an event has, as the field of it and the form in a CloudEvent, in the order of writing. Made when
 * needed, so that a bundler drops all of this where nobody uses it.
 */
const attributes = (): readonly Attribute[] => table ??= [
  ['id', 'id', plain],
  ['source', 'source', text('a URI reference', isReference)],
  ['type', 'topic', plain],
  ['time', 'time', text('a time of RFC 3339 within 292 years from 1970', (time) => !Number.isNaN(millis(time)))],
  ['subject', 'subject', plain],
  ['datacontenttype', 'datacontenttype', text('a media type', isMediaType)],
  ['dataschema', 'dataschema', text('a URI', isURI)],
  ['traceparent', 'traceparent', text('a W3C traceparent', isTraceparent)],
  ['correlationid', 'correlationId', plain],
  ['causationid', 'causationId', plain],
  ['partitionkey', 'key', plain],
  ['version', 'version', (value) => isInteger(value) ? undefined : plain(value)],
];

/**
 * The event as a CloudEvent. Data is copied as JSON would have it; bytes become `data_base64`.
 * @throws CloudEventError for an attribute that CloudEvents cannot have, PayloadError for data that JSON cannot have.
 */
export function toCloudEvent<T = any>(event: BusEvent<T>): CloudEvent<T> {
  return readable(() => write(event, undefined));
}

/** A batch: each event as `toCloudEvent` gives it. `JSON.stringify` of it is the JSON batch format. */
export function toCloudEvents(events: Iterable<BusEvent>): CloudEvent[] {
  return readable(() => Array.from(events, write));
}

/**
 * What to publish for a CloudEvent, given as an object (or one with a `toJSON`, as the CloudEvents SDK has) or as its
 * JSON text: `bus.publish(topic, data, options)`. Times finer than a millisecond are rounded down. In a text, an integer
 * beyond 2^53 is an error.
 * @throws CloudEventError which says which attribute is wrong, and why.
 */
export function fromCloudEvent<T = any>(value: string | object): Publication<T> {
  return read(parsed(value), undefined) as Publication<T>;
}

/** What to publish for each event of a batch, given as an array or as its JSON text. */
export function fromCloudEvents(value: string | readonly object[]): Publication<any>[] {
  const batch = parsed(value);
  return readable(() => {
    if (!Array.isArray(batch)) throw new CloudEventError('', 'is not a batch, which must be an array');
    return Array.from(batch, read);
  });
}

/** What was given may be a proxy, or have getters, that throw, or be nothing that can be walked. */
function readable<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw isA(error, TrolleybusError) ? error : new CloudEventError('', `cannot be read: ${messageOf(error)}`, undefined, { cause: error });
  }
}

function write(event: BusEvent<any>, index: number | undefined): CloudEvent<any> {
  if (typeof event?.topic !== 'string') throw new OptionError('event', 'an event', event);
  const { data } = event;
  const bytes = binary(data);
  const out: Record<string, unknown> = { specversion: '1.0' };
  for (const [name, field, check] of attributes()) {
    let value: unknown = event[field];
    if (field === 'source') value = encoded(value as string);
    else if (field === 'time') value = isTime(value as number) ? new Date(value as number).toISOString() : String(value);
    else if (field === 'version' && typeof value === 'number' && !isInteger(value)) value = String(value);
    else if (field === 'datacontenttype') value ??= usualType(data, bytes);
    if (value === undefined) continue;
    const reason = check(value);
    if (reason !== undefined) throw new CloudEventError(name, reason, index);
    out[name] = value;
  }
  for (const [name, value] of Object.entries(event.extensions ?? {}).sort(([a], [b]) => a < b ? -1 : 1)) {
    const reason = extension(value);
    if (reason !== undefined) throw new CloudEventError(name, reason, index);
    out[name] = value;
  }
  if (bytes !== undefined) out.data_base64 = base64(bytes);
  else if (data !== undefined) out.data = JSON.parse(toJSON(data, false));
  return out as unknown as CloudEvent<any>;
}

/** The media type where none is said; undefined without data. */
const usualType = (data: unknown, bytes: unknown): string | undefined => bytes !== undefined ? BYTES_TYPE : data !== undefined ? JSON_TYPE : undefined;

function encoded(source: string): string {
  try {
    return isReference(source) ? source : encodeURIComponent(source);
  } catch {
    return source; // a lone surrogate, which its check finds
  }
}

function read(value: unknown, index: number | undefined): Publication {
  const fail = (name: string, reason: string, cause?: unknown): never => {
    throw new CloudEventError(name, reason, index, cause === undefined ? undefined : { cause });
  };
  const given = membersOf(value, fail);
  if (given.specversion !== '1.0') fail('specversion', given.specversion === undefined ? 'is missing' : 'is not "1.0"');
  const options: Record<string, unknown> = {};
  for (const [name, field, check] of attributes()) {
    const value = given[name];
    if (value === undefined && !['id', 'source', 'type'].includes(name)) continue;
    const reason = value === undefined ? 'is missing' : check(value) ?? (name === 'type' ? isTopic(value) : undefined);
    if (reason !== undefined) fail(name, reason);
    options[field] = field === 'time' ? millis(value as string) : value;
    delete given[name];
  }
  const { topic, ...rest } = options as unknown as PublishOptions & { topic: string };
  const { specversion: _, data: json, data_base64: bytes, ...extensions } = given;
  let data = json;
  if (bytes !== undefined) {
    if (data !== undefined) fail('data_base64', 'cannot be given together with data');
    data = bytesOf(bytes) ?? fail('data_base64', 'is not base64');
  }
  for (const [name, value] of Object.entries(extensions)) {
    const reason = extension(value);
    if (reason !== undefined) fail(name, reason);
    if (value === 0) extensions[name] = 0; // JSON has -0
    rest.extensions = extensions as Extensions;
  }
  // What it would be anyway is not said, so that an event is the same when it comes back.
  if (rest.datacontenttype === usualType(json, bytes)) delete rest.datacontenttype;
  return { topic, data, options: rest };
}

/** Reads each member once, into an object without a prototype. Attributes that are null or undefined are not there. */
function membersOf(value: unknown, fail: (name: string, reason: string, cause?: unknown) => never): Record<string, unknown> {
  const given: Record<string, unknown> = Object.create(null);
  try {
    const json = (value as { toJSON?: unknown } | null)?.toJSON;
    if (typeof json === 'function') value = json.call(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('', 'is not a CloudEvent, which must be an object');
    for (const name of Object.keys(value as object)) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined || (member === null && name !== 'data')) continue;
      if (!/^(?:[a-z\d]+|data_base64)$/.test(name)) fail(name, 'is not a valid attribute name; use only a to z and 0 to 9');
      given[name] = member;
    }
  } catch (error) {
    if (isA(error, TrolleybusError)) throw error;
    fail('', `cannot be read: ${messageOf(error)}`, error);
  }
  return given;
}

/** Milliseconds since the epoch; NaN where it is no time. */
function millis(time: string): number {
  const upper = time.toUpperCase();
  if (!/^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.test(upper)) return NaN;
  const date = upper.slice(0, 10), day = Date.parse(date), ms = Date.parse(upper);
  // The engine takes the 30th of February for the 2nd of March.
  return Number.isNaN(day) || !new Date(day).toISOString().startsWith(date) || !isTime(ms) ? NaN : ms;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  // atob alone would skip white space and take what lacks its padding.
  if (typeof value !== 'string' || value.length % 4 !== 0 || /[^A-Za-z\d+/]/.test(value.replace(/={1,2}$/, ''))) return undefined;
  return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > MAX_BYTES) throw new CloudEventError('', `is longer than ${MAX_BYTES} characters`);
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    throw new CloudEventError('', 'is not JSON', undefined, { cause: error });
  }
  const reason = changed(value);
  if (reason !== undefined) throw new CloudEventError('data', reason);
  return json;
}

/** What JSON.parse has silently changed, or JSON would. */
function changed(source: string): Reason {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) throw new CloudEventError('', `is nested more than ${MAX_DEPTH} levels deep`);
    } else if (c === 0x5d || c === 0x7d) {
      depth--;
    } else if (c === 34) {
      while (source.charCodeAt(++i) !== 34) if (source.charCodeAt(i) === 92) i++;
    } else if (c >= 48 && c <= 57) {
      const start = i;
      while (/[\d.eE+-]/.test(source.charAt(i + 1))) i++;
      const number = source.slice(start, i + 1);
      if (/^\d+$/.test(number) ? !Number.isSafeInteger(Number(number)) : rounded(number)) {
        return `has the number ${show(number)}, which is not exact in JavaScript; send it as a string`;
      }
    }
  }
  return /\\u[dD]|[\ud800-\udfff]/.test(source) && !isWellFormed(unescaped(source)) ? 'has a lone surrogate, which has no UTF-8 form' : undefined;
}

/** 2^-1022: below it numbers have fewer than the 15 digits that the others keep. */
const LEAST_NORMAL = 2.2250738585072014e-308;

/** Whether a number without sign is another one for JavaScript: written with as many digits, it has not the same ones. Fractions may be finer. */
function rounded(text: string): boolean {
  const value = Number(text), digits = digitsOf(text);
  if (digits === '' || value >= LEAST_NORMAL && value <= Number.MAX_SAFE_INTEGER) return false;
  return !Number.isFinite(value) || digits.length > 100 || digitsOf(value.toPrecision(digits.length)) !== digits;
}

/** Of a number, without the zeros at both ends. */
function digitsOf(text: string): string {
  const digits = text.replace(/e.*/i, '').replace('.', '').replace(/^0+/, '');
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}

/** Escapes of JSON as the characters that they stand for, as far as surrogates are concerned. */
function unescaped(source: string): string {
  return source.replace(/\\(?:u([\da-f]{4})|.)/gi, (_, unit?: string) => unit === undefined ? ' ' : String.fromCharCode(parseInt(unit, 16)));
}
