export { createBus } from './bus.js';
export { pageBus } from './page.js';
export {
  TrolleybusError, TopicError, RecursionError, ClosedError, OptionError, PayloadError, TimeoutError, NoRespondersError, RemoteError, SchemaError, VersionError, CloudEventError, UnavailableError, StoreError, GoError, HandlerError,
} from './core/errors.js';
export type { Issue, UnavailableReason } from './core/errors.js';
export { OverflowError } from './core/overflow-error.js';
export type { Clock } from './core/clock.js';
export { fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents } from './features/cloudevents/cloudevents.js';
export type { CloudEvent, Publication } from './features/cloudevents/cloudevents.js';
export { BusEvent, RequestEvent } from './core/event-types.js';
export type { Extensions, PublishOptions } from './core/event-types.js';
export type { Failure } from './core/failures.js';
export type { StandardIssue, StandardResult, StandardSchema } from './core/standard-schema.js';
export type * from './dom/bridge-types.js';
export type * from './bus-types.js';
export type * from './core/inspection-types.js';
export type * from './core/policy-types.js';
export type * from './core/topic-types.js';
export type * from './core/types.js';
export { version } from './core/version.js';
