export { createBus } from './bus.js';
export { pageBus } from './page.js';
export {
  TrolleybusError, TopicError, RecursionError, ClosedError, OptionError, PayloadError, TimeoutError, NoRespondersError, RemoteError, SchemaError, VersionError, CloudEventError, UnavailableError, StoreError, GoError, HandlerError,
} from './errors.js';
export type { Issue, UnavailableReason } from './errors.js';
export { OverflowError } from './overflow-error.js';
export type { Clock } from './clock.js';
export { fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents } from './cloudevents.js';
export type { CloudEvent, Publication } from './cloudevents.js';
export { BusEvent, RequestEvent } from './event-types.js';
export type { Extensions, PublishOptions } from './event-types.js';
export type { Failure } from './failures.js';
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';
export type * from './bridge-types.js';
export type * from './bus-types.js';
export type * from './inspection-types.js';
export type * from './policy-types.js';
export type * from './topic-types.js';
export type * from './types.js';
export { version } from './version.js';
