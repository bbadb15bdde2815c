import { Validator, type OutputUnit, type Schema, type SchemaDraft } from '@cfworker/json-schema';
import type { inner } from './core/inner.js';
import { shared } from './core/shared.js';
import type { StandardSchema } from 'trolleybus';

/** Options of `jsonSchema`. */
export interface JsonSchemaOptions {
  /** The version of JSON Schema, `2020-12` when left out. */
  draft?: '4' | '7' | '2019-09' | '2020-12';
}

/**
 * A Standard Schema of a JSON Schema, checked by `@cfworker/json-schema`, which needs no `eval`. The schema is read when
 * it is first used; what is wrong with it is then an issue of the data.
 * @throws OptionError for what is no schema, and for options that there are not; where the package is imported later, when
 * the schema is first used.
 * ```ts
 * const orders = bus.topic('order.placed', { schema: jsonSchema<Order>({ type: 'object', required: ['id'] }) });
 * ```
 */
export function jsonSchema<T = any>(schema: object | boolean, options: JsonSchemaOptions = {}): StandardSchema<T> {
  let draft: SchemaDraft | undefined, validator: Validator | undefined;
  const read = (): void => {
    // To import the package would load it once more on a page that has it as a script.
    const checker = (shared() as { inner?: typeof inner }).inner;
    checker?.check('json schema', 'jsonSchema schema', schema);
    draft = (checker?.read('jsonSchema', options) ?? options).draft ?? '2020-12';
  };
  const standard: StandardSchema<T>['~standard'] = {
    version: 1,
    vendor: 'trolleybus',
    validate(data) {
      validator ??= new Validator(schema as Schema | boolean, draft, false);
      const { valid, errors } = validator.validate(data);
      return valid ? { value: data as T } : { issues: leaves(errors).map((unit) => ({ message: unit.error, path: path(data, unit.instanceLocation) })) };
    },
  };
  if ('inner' in shared()) read();
  return {
    get '~standard'() {
      if (draft === undefined) read();
      return standard;
    },
  };
}

Reflect.set(shared(), 'jsonSchema', jsonSchema);

/** The errors that no other one explains: the validator also reports each schema that holds the one that failed. */
function leaves(errors: readonly OutputUnit[]): OutputUnit[] {
  const found = errors.filter(({ keywordLocation }) => !errors.some((other) => other.keywordLocation.startsWith(`${keywordLocation}/`)));
  return found.length > 0 ? found : [...errors];
}

/** A location such as `#/items/2/price` as keys; an index where it leads into an array. */
function path(data: unknown, location: string): (string | number)[] {
  const keys: (string | number)[] = [];
  let at: any = data;
  for (const part of location.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    keys.push(Array.isArray(at) ? Number(key) : key);
    at = at?.[key];
  }
  return keys;
}
