import { composeBus } from './bus.js';
import type { Bus } from './bus-types.js';
import type { Feature } from './core/feature-types.js';
import type { TopicMap } from './core/topic-types.js';
import type { BusOptions } from './core/types.js';
import { cloudevents } from './features/cloudevents/index.js';
import { inspection } from './features/inspection/index.js';
import { keeping } from './features/keeping/index.js';
import { policies } from './features/policies/index.js';
import { requests } from './features/requests/index.js';
import { schemas } from './features/schemas/index.js';
import { goSide } from './go.js';

/** All that there are. What topics keep is told of Go's end before dead letters are. */
export const FEATURES: readonly Feature[] = [schemas(), keeping(), requests(), policies(), cloudevents(), inspection()];

/**
 * Makes a bus. It returns at once and plain topics work from the first line; Go is loaded meanwhile (`ready`).
 * @throws OptionError for options that do not exist or are of the wrong shape.
 */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  return composeBus(options, FEATURES, async () => goSide) as Bus<M, R>;
}
