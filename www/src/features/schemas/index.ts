import { moreNumbers, schemas as table } from '../../../../bus/options.json';
import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import { inner } from '../../core/inner.js';
import type { Kernel } from '../../core/kernel.js';
import { check, isObject, numbersOf } from '../../core/options.js';
import type { Part } from '../../core/part.js';
import { shared } from '../../core/shared.js';
import { Declarations } from './declarations.js';

/**
 * What the data of a topic must be: `topic({ schema, version, upcast })`.
 * ```ts
 * const bus = createBus({ features: [schemas()] });
 * ```
 */
export function schemas(): Feature<'schemas'> { return made; }

const made = /* @__PURE__ */ feature({
  name: 'schemas', options: table, join,
  checks: () => ({
    ...numbersOf(moreNumbers),
    schema: check((value) => isObject(value) || typeof value === 'function', 'a Standard Schema or a JSON Schema'),
    upcast: check(isObject, '{ [version]: (data) => data of the next version }'),
  }),
});

function join(kernel: Kernel): Part {
  shared().inner ??= inner;
  const declarations = kernel.places.schemas = new Declarations(kernel.admission.declared);
  return {
    declare: (topic, options) => {
      const declare = declarations.declare(topic, options);
      return declare && (() => {
        declare();
        kernel.dispatcher.invalidate(topic, false);
      });
    },
  };
}
