import { cloudevents as table } from '../../../../bus/options.json';
import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import { isTime } from '../../core/formats.js';
import { check, text } from '../../core/options.js';
import { extensionsOf } from './extensions.js';
import { isMediaType, isURI } from './formats.js';

export { fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents } from './cloudevents.js';
export type { CloudEvent, Publication } from './cloudevents.js';

/**
 * What CloudEvents say of an event beyond what every publisher may: `time`, `source`, `correlationId`, `causationId`,
 * `dataschema`, `datacontenttype` and `extensions` of `publish`.
 * ```ts
 * const bus = createBus({ features: [cloudevents()] });
 * ```
 */
export function cloudevents(): Feature<'cloudevents'> { return made; }

const made = /* @__PURE__ */ feature({
  name: 'cloudevents', options: table,
  checks: () => ({
    time: check((value) => typeof value === 'number' && isTime(value), 'milliseconds since the epoch, at most 292 years'),
    uri: text(isURI, 'a URI'),
    mediatype: text(isMediaType, 'a media type'),
    extensions: (value) => [extensionsOf(value)],
  }),
});
