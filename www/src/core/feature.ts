import type { Feature, FeatureName } from './feature-types.js';
import { OptionError } from './errors.js';
import type { Kernel } from './kernel.js';
import type { Checks, Shape } from './options.js';
import type { Part } from './part.js';

/** How it joins the buses that it is given to. */
export interface Definition<F extends FeatureName = FeatureName> {
  readonly name: F;
  /** Options by the call that takes them. */
  readonly options?: { readonly [call: string]: Shape };
  /** The kinds of values that they take. */
  readonly checks?: () => Checks;
  join?(kernel: Kernel): Part;
}

const definitions = new WeakMap<object, Definition>();

/** Makes the value that stands for a feature. */
export function feature<F extends FeatureName>(definition: Definition<F>): Feature<F> {
  const made = Object.freeze({ feature: definition.name });
  definitions.set(made, definition as Definition<any>);
  return made;
}

/** The definitions of the features that were given, behind those that are there anyway. */
export function definitionsOf(given: readonly unknown[], there: readonly Feature[]): Definition[] {
  const all = new Map(there.map((each) => [each.feature, definitions.get(each)!])), names = new Set<string>();
  // It ends at the first mistake: the list may be of any length.
  for (const [i, each] of given.entries()) {
    const definition = definitions.get(Object(each) as object), at = `createBus option features[${i}]`;
    if (definition === undefined) throw new OptionError(at, 'what a function of this copy of the package returns, as requests()', each);
    const { name } = definition;
    if (names.has(name)) throw new OptionError(at, 'each feature once', name);
    names.add(name);
    all.set(name, all.get(name) ?? definition);
  }
  return [...all.values()];
}

export const namesOf = (features: readonly Feature[]): string[] => features.map(({ feature }) => feature);
