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
import { provideGo } from './core/provided-go.js';
import { goSide } from './go/side.js';
import { haveAnyway, thePageBus } from './page.js';

/** All that there are. What topics keep is told of Go's end before dead letters are. */
const FEATURES: readonly Feature[] = [schemas(), keeping(), requests(), policies(), cloudevents(), inspection()];

const here = async (): Promise<typeof goSide> => goSide;

// A page that has all of it has it for the buses of adapters and facades as well.
haveAnyway(FEATURES);
provideGo(goSide);

/**
 * Makes a bus. It returns at once and plain topics work from the first line; Go is loaded meanwhile (`ready`).
 * @throws OptionError for options that do not exist or are of the wrong shape.
 */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options?: BusOptions): Bus<M, R> {
  return composeBus(options, FEATURES, here) as Bus<M, R>;
}

/**
 * The one bus of the page, for components that nobody hands a bus to. The first call makes it, with its options; later
 * ones, and other copies of the package on the page, get the same one. On a server Go is not loaded unless `ready` is read.
 * A copy of another version shares it where both have the same major version, or minor one below 1.0.0; else a warning
 * names both, and the copy has a bus of its own.
 * @throws OptionError as createBus does; FeatureError where the page's bus was made by `trolleybus/core` and lacks something.
 */
export function pageBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  return thePageBus(options, FEATURES, here) as Bus<M, R>;
}
