import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import { stats, subscriptions, topics } from './inspection.js';

/**
 * What can be seen of a bus: `stats`, `topics`, `subscriptions`.
 * ```ts
 * const bus = createBus({ features: [inspection()] });
 * ```
 */
export function inspection(): Feature<'inspection'> { return made; }

const made = /* @__PURE__ */ feature({ name: 'inspection', join: (kernel) => ({
  members: { topics: () => topics(kernel), subscriptions: () => subscriptions(kernel), stats: () => stats(kernel) },
}) });
