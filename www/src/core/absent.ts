import { FeatureError } from './errors.js';
import type { FeatureName } from './feature-types.js';

// What a bus lacks without a feature is known here, so that who uses it is told what to import.

type Lists = { readonly [F in FeatureName]?: string };

/** Options by what stands before them in messages, and members of the bus and of a topic. */
const OF: { readonly [place: string]: Lists } = {
  'subscribe option ': { policies: 'retry timeout dedupe queue concurrency overflow debounce throttle frame coalesce', keeping: 'replay' },
  'events option ': { policies: 'dedupe debounce throttle frame', keeping: 'replay' },
  'publish option ': { cloudevents: 'time source correlationId causationId dataschema datacontenttype extensions' },
  'topic option ': { keeping: 'retain history', schemas: 'schema version upcast' },
  bus: { requests: 'request respond', policies: 'deadLetters redrive discard pressure', inspection: 'stats topics subscriptions' },
  'a topic': { keeping: 'value clear' },
};

const all = (place: string): [name: string, feature: string][] =>
  Object.entries(OF[place] ?? {}).flatMap(([feature, names]) => names.split(' ').map((name): [string, string] => [name, feature]));

/** The feature that an option or member is of; undefined where there is no such thing. `place`: what stands before it in messages. */
export function featureOf(place: string, name: string): string | undefined {
  return all(place).find(([of]) => of === name)?.[1];
}

/** The options that features add to a call, each of any kind. */
export function optionsOfFeatures(call: string): { readonly [name: string]: 'any' } {
  return Object.fromEntries(all(`${call} option `).map(([name]) => [name, 'any']));
}

/** Gives an object of a bus with these features the members that it lacks for want of others: they throw. */
export function fillIn<O extends object>(object: O, place: 'bus' | 'a topic', features: readonly string[]): O {
  for (const [feature, names] of Object.entries(OF[place]!)) {
    if (features.includes(feature)) continue;
    for (const name of names.split(' ')) {
      const missing = (): never => { throw new FeatureError(`${name} of ${place}`, feature); };
      Object.defineProperty(object, name, name === 'value' ? { get: missing } : { value: missing });
    }
  }
  return object;
}
