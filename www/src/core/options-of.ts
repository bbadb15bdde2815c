import type { PublishOptions } from './event-fields.js';
import type { BusEvent } from './event-types.js';
import type { FeatureName } from './feature-types.js';
import type { EventsOptions, SchemaOptions, SubscribeOptions, TopicOptions } from './types.js';

// The options of a bus with the features `F` and no others.

/** `K` with the feature `N`. */
type With<F, N extends FeatureName, K> = N extends F ? K : never;

/** Options of `subscribe` on a bus with the features `F`. */
export type SubscribeOptionsOf<F extends FeatureName, D = any, E extends BusEvent = BusEvent> = [FeatureName] extends [F] ? SubscribeOptions<D, E> : Pick<SubscribeOptions<D, E>,
  'once' | 'signal' | 'filter' | 'name' | 'owner' | With<F, 'keeping', 'replay'> | With<F, 'policies', 'retry' | 'timeout' | 'dedupe' | 'queue' | 'concurrency' | 'overflow' | 'debounce' | 'throttle' | 'frame' | 'coalesce'>>;

/** Options of `events` on a bus with the features `F`. */
export type EventsOptionsOf<F extends FeatureName, D = any, E extends BusEvent = BusEvent> = [FeatureName] extends [F] ? EventsOptions<D, E> : Pick<EventsOptions<D, E>,
  'signal' | 'overflow' | 'coalesce' | 'filter' | 'name' | With<F, 'keeping', 'replay'> | With<F, 'policies', 'dedupe' | 'debounce' | 'throttle' | 'frame'>>;

/** Options of `publish` on a bus with the features `F`. */
export type PublishOptionsOf<F extends FeatureName> = [FeatureName] extends [F] ? PublishOptions
  : Pick<PublishOptions, 'id' | 'subject' | 'key' | 'version' | 'traceparent' | With<F, 'cloudevents', keyof PublishOptions>>;

/** Options of `topic` on a bus with the features `F`. */
export type TopicOptionsOf<F extends FeatureName> = [FeatureName] extends [F] ? TopicOptions
  : [Extract<F, 'keeping' | 'schemas'>] extends [never] ? Record<string, never> // to `{}` TypeScript lets anything be assigned
  : Pick<TopicOptions, With<F, 'keeping', 'retain' | 'history'> | With<F, 'schemas', 'schema' | 'version' | 'upcast'>>;

/** The same with a schema, which says what type the data have. */
export type SchemaOptionsOf<F extends FeatureName, I, O> = 'schemas' extends F ? TopicOptionsOf<F> & SchemaOptions<I, O> : never;
