import { composeBus } from './bus.js';
import type { BusOf } from './bus-types.js';
import { setDefaultWasm } from './core/default-wasm.js';
import type { Feature, FeatureName } from './core/feature-types.js';
import type { GoMaker } from './core/kernel.js';
import type { TopicMap } from './core/topic-types.js';
import type { BusOptions } from './core/types.js';
import { thePageBus } from './page.js';

// As index.ts has it.
setDefaultWasm({ source: () => new URL('trolleybus/program/../../trolleybus.wasm', import.meta.url) });

/** What runs Go comes with Go, in a file of its own. */
const load = async (): Promise<GoMaker> => (await import('./go/side.js')).goSide;

/** Options of `createBus` of `trolleybus/core`. */
export interface CoreOptions<F extends FeatureName = never> extends Omit<BusOptions, 'features'> {
  /** What the bus is to have beside the core: `requests()` of `trolleybus/requests` and the like. */
  features?: readonly Feature<F>[];
}

/**
 * Makes a bus that has the core and the features given: `F` are their names, known from `features` where `M` is not given.
 * ```ts
 * const bus = createBus({ features: [requests(), keeping()] });
 * const typed = createBus<Topics, Replies, 'requests' | 'keeping'>({ features: [requests(), keeping()] });
 * ```
 * @throws OptionError for options that do not exist or are of the wrong shape, and for a feature that is given twice.
 */
export function createBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap, F extends FeatureName = never>(options?: CoreOptions<F>): BusOf<M, R, F> {
  return composeBus(options, [], load) as BusOf<M, R, F>;
}

/**
 * The one bus of the page, as `pageBus` of `trolleybus`, with what whoever calls it first asks for.
 * @throws OptionError as createBus does; FeatureError where the page's bus was made without a feature that is asked for.
 */
export function pageBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap, F extends FeatureName = never>(options: CoreOptions<F> = {}): BusOf<M, R, F> {
  return thePageBus(options, [], load) as BusOf<M, R, F>;
}

export * from './public-core.js';
