import { MAX_MESSAGE, TopicError, TrolleybusError, isA } from '../errors.js';
import { GoError, SchemaError, VersionError, type Issue } from '../feature-errors.js';
import type { BusEvent, Cause } from '../event.js';
import { known } from '../event-copies.js';
import type { PublishOptions } from '../event-fields.js';
import type { Failure } from '../failures.js';
import { reason } from '../told.js';

// What is said of events and failures crosses as lists of strings. Whatever was thrown, it fits into the buffer.

/** Characters of the issues of an error, and of each key in the path of one, of which there are so many at most: the first one fits. */
const MAX_ISSUES = 2_000_000, MAX_KEY = 1000, MAX_KEYS = 1000;

const cut = (text: unknown, most = MAX_MESSAGE): string => String(text).slice(0, most);

/** Code and message, and what else Go needs to make the same error of its own; of very many issues, the first. */
export function errorFields(error: unknown): string[] {
  const fields: string[] = reason(error);
  try {
    if (isA(error, SchemaError)) {
      const more = [cut(error.topic)];
      let size = 0;
      for (const { message, path } of error.issues) {
        const issue = [cut(message), ...path.slice(0, MAX_KEYS).map((key) => cut(key, MAX_KEY))];
        for (const text of issue) size += text.length + 1;
        if (size > MAX_ISSUES) break;
        more.push(issue[0]!, String(issue.length - 1), ...issue.slice(1));
      }
      return fields.concat(more);
    }
    if (isA(error, VersionError)) return fields.concat([error.topic, error.version, error.current, error.reason].map((text) => cut(text)));
  } catch { /* somebody's own error of that class, which cannot be read */ }
  return fields;
}

/** The error that Go wrote in the same way. */
export function errorOf([code, message = 'Go gave no reason', topic, ...more]: string[]): TrolleybusError {
  if (code === 'TB_VERSION' && topic !== undefined) return new VersionError(topic, more[0]!, Number(more[1]), more[2]!);
  if (code === 'TB_TOPIC' && topic !== undefined) return new TopicError(topic, Number(more[0]), more[1]!, more[2] as 'topic' | 'pattern');
  if (code !== 'TB_SCHEMA' || topic === undefined) {
    const error = new GoError(code || 'TB_GO', message);
    // Of a panic, what follows is Go's stack.
    if (topic !== undefined) error.stack = `GoError: ${message}\n${topic}`;
    return error;
  }
  const issues: Issue[] = [];
  for (let i = 0; i + 1 < more.length;) {
    const end = i + 2 + Number(more[i + 1]);
    issues.push({ message: more[i]!, path: more.slice(i + 2, end) });
    i = end;
  }
  return new SchemaError(topic, issues);
}

/** What Go makes a bus.Failure of. */
export function failureFields({ error, event, pattern, name = '', time }: Failure): string[] {
  return [...reason(error), cut(pattern), name, cut(event.topic), String(event.seq), event.id, String(time)]; // the type of a DOM event may be any text
}

/** What a handler in Go, outside of the queue, publishes: its cause begins a chain of its own. */
export function causeFrom({ causeTopic = '', causeId = '', causeRoot = causeId, causeTraceparent }: GoFields): Cause {
  const first = { topic: causeTopic, id: causeRoot, depth: 0, up: undefined, traceparent: causeTraceparent, correlationId: undefined };
  return causeRoot === causeId ? first : { ...first, id: causeId, up: first };
}

/** What Go says of an event, of the one that caused it, and of the joint that it came by. */
export type GoFields = PublishOptions & { [K in 'via' | 'causeTopic' | 'causeId' | 'causeRoot' | 'causeTraceparent']?: string };

export function optionsOf(fields: readonly string[]): GoFields {
  const options: Record<string, unknown> = {}, extensions: Record<string, unknown> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i]!, value = fields[i + 1]!;
    if (name.startsWith(EXTENSION)) (options.extensions = extensions)[name.slice(EXTENSION.length)] = extensionFrom(value);
    else options[name] = name === 'time' ? Number(value) : value;
  }
  return options;
}

// Extensions are fields of their own, whose values begin with the first letter of their type.
const EXTENSION = 'x:';

function extensionFrom(text: string): unknown {
  const value = text.slice(1);
  return text.startsWith('n') ? Number(value) : text.startsWith('b') ? value === 'true' : text.startsWith('s') ? value : null;
}

export function described(event: BusEvent): boolean {
  return event.cause !== undefined || event.described;
}

export function describedBy(event: BusEvent): string[] {
  const { id, time, source, correlationId } = known(event);
  const fields: [string, string | number | undefined][] = [
    // Before interceptors have let it through it has no number, of which its id is made.
    ['id', event.seq === 0 ? id : event.id], ['time', time], ['source', source], ['dataschema', event.dataschema], ['datacontenttype', event.datacontenttype],
    ['subject', event.subject], ['key', event.key], ['version', event.version],
    ['traceparent', event.traceparent], ['causationid', event.causationId], ['correlationid', event.cause === undefined ? correlationId : event.correlationId],
  ];
  for (const [name, value] of Object.entries(event.extensions ?? {})) fields.push([EXTENSION + name, (typeof value)[0] + String(value)]);
  return fields.flatMap(([name, value]) => value === undefined ? [] : [name, String(value)]);
}


/** What was read of options, as paths and values. Of functions and objects of the user's crosses that they are there. */
export function fieldsOf(path: string, value: unknown): string[] {
  if (value === undefined) return [];
  const fields = [path, typeof value === 'function' || typeof value === 'object' ? '' : String(value)];
  // Records have no prototype. A storage might have none either.
  if (typeof value === 'object' && path !== 'dedupe.store') for (const [name, member] of Object.entries(value as object)) fields.push(...fieldsOf(`${path}.${name}`, member));
  return fields;
}
