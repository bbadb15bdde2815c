import { OptionError, show } from '../../core/errors.js';
import type { BusEvent } from '../../core/event.js';
import { namesIn } from '../../core/names.js';
import { setVersion } from '../../core/event-copies.js';
import { shared } from '../../core/shared.js';
import type { StandardSchema } from '../../core/standard-schema.js';
import type { TopicOptions, Upcast } from '../../core/types.js';
import { upcast } from './upcast.js';
import { validate } from './validate.js';

/** What was declared of one topic in JavaScript. */
interface Declared {
  /** As they were given, so that the same ones may be declared again. */
  readonly given: Pick<TopicOptions, 'schema' | 'version' | 'upcast'>;
  readonly schema: StandardSchema | undefined;
  readonly steps: ReadonlyMap<number, Upcast>;
}

/** The topics whose events have to be of a schema or version before anybody gets them. */
export class Declarations {
  private readonly own = new Map<string, Declared>();

  /** `topics` are those of which something was declared, in JavaScript or in Go. */
  constructor(private readonly topics: Set<string>) {}

  /** What declares what `options` say of schema and version; undefined: they say nothing of it. */
  declare(topic: string, options: TopicOptions): (() => void) | undefined {
    const old = this.own.get(topic);
    const given: Record<string, unknown> = { ...old?.given };
    for (const name of ['schema', 'version', 'upcast'] as const) {
      const value = options[name];
      if (value === undefined) continue;
      if (given[name] !== undefined && given[name] !== value) throw new OptionError(`topic ${show(topic)} option ${name}`, 'what it was declared with before', value);
      given[name] = value;
    }
    if (Object.keys(given).length === 0) return undefined;
    const { schema, version, upcast } = given as Declared['given'];
    const steps = upcast === old?.given.upcast ? old?.steps ?? new Map() : stepsOf(topic, upcast!);
    for (const from of steps.keys()) {
      if (version === undefined || from >= version) throw new OptionError(`topic ${show(topic)} option upcast`, 'versions before option version', from);
    }
    const declared: Declared = { given, schema: schema === old?.given.schema ? old?.schema : standard(topic, schema), steps };
    return () => {
      this.own.set(topic, declared);
      this.topics.add(topic);
    };
  }

  has(topic: string): boolean { return this.own.has(topic); }

  /** Brings the event to the version and schema that its topic has here, or throws what its publisher has to know. */
  check(event: BusEvent): void {
    const declared = this.own.get(event.topic);
    if (declared === undefined) return;
    const { given: { version }, schema, steps } = declared;
    let { data } = event;
    if (version !== undefined) {
      data = upcast(event, version, steps);
      // It is another event's data now than Go's, if it was that.
      if (event.version !== undefined && Number(event.version) !== version) (event as { ref: number }).ref = 0;
      setVersion(event, version);
    }
    if (schema !== undefined) data = validate(event.topic, schema, data);
    if (Object.is(data, event.data)) return;
    (event as { data: unknown }).data = data;
    (event as { ref: number }).ref = 0;
  }
}

function stepsOf(topic: string, upcast: Record<number, Upcast>): Map<number, Upcast> {
  const path = `topic ${show(topic)} option upcast`, steps = new Map<number, Upcast>();
  let entries: [string, Upcast][];
  try {
    entries = namesIn(upcast).map((name) => [name, upcast[name as unknown as number]!]);
  } catch (error) {
    throw new OptionError(path, '', upcast, { cause: error });
  }
  for (const [from, step] of entries) {
    if (!/^[1-9]\d*$/.test(from)) throw new OptionError(path, 'names that are whole numbers from 1', from);
    if (typeof step !== 'function') throw new OptionError(`${path}[${from}]`, 'a function', step);
    steps.set(Number(from), step);
  }
  return steps;
}

/** The schema as a Standard Schema: JSON Schema becomes one where `trolleybus/json-schema` has been imported. */
function standard(topic: string, schema: TopicOptions['schema']): StandardSchema | undefined {
  if (schema === undefined) return undefined;
  let found: StandardSchema['~standard'] | undefined;
  try {
    found = (schema as StandardSchema)['~standard'];
    if (found === undefined) {
      const { jsonSchema } = shared();
      if (jsonSchema !== undefined) return jsonSchema(schema) as StandardSchema;
    } else if (typeof found.validate === 'function') {
      const version: unknown = found.version;
      if (version === 1) return schema as StandardSchema;
      throw new OptionError(`topic ${JSON.stringify(topic)} option schema`, 'a Standard Schema of version 1', version);
    }
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw Object.assign(wrong(topic, schema), { cause: error });
  }
  throw wrong(topic, schema);
}

function wrong(topic: string, schema: unknown): OptionError {
  return new OptionError(`topic ${show(topic)} option schema`,
    "a Standard Schema (zod, valibot, arktype, ...), or a JSON Schema once 'trolleybus/json-schema' is imported", schema);
}
