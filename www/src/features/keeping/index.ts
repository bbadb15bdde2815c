import { keeping as table, moreNumbers } from '../../../../bus/options.json';
import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import type { Kernel } from '../../core/kernel.js';
import { numbersOf } from '../../core/options.js';
import type { Part } from '../../core/part.js';
import { crossing } from './crossing.js';
import { Histories, keepOf } from './history.js';
import { begin, checkNested, type ReplayHost } from './replay.js';

/**
 * What topics keep: `topic({ retain, history })`, its `value` and `clear`, and `subscribe({ replay })`.
 * ```ts
 * const bus = createBus({ features: [keeping()] });
 * ```
 */
export function keeping(): Feature<'keeping'> { return made; }

const made = /* @__PURE__ */ feature({ name: 'keeping', options: table, checks: () => numbersOf(moreNumbers), join });

function join(kernel: Kernel): Part {
  const histories = new Histories(kernel.dispatcher, kernel.clock, kernel.observers, kernel.failures);
  const host: ReplayHost = { kernel, histories, replays: 0, past: false };
  kernel.places.keeping = {
    get past() { return host.past; },
    check: (pattern) => checkNested(host, pattern),
    begin: (subscription, replay, overflow) => begin(subscription, replay, overflow, host),
    recorderOf: (topic) => histories.recorderOf(topic),
    lengths: () => histories.lengths(),
  };
  return {
    declare: (topic, options) => {
      const keep = keepOf(options);
      return keep && (() => histories.declare(topic, keep));
    },
    extend: (made, topic) => Object.assign(Object.defineProperty(made, 'value', { get: () => histories.value(topic), enumerable: true, configurable: true }), {
      clear: () => {
        kernel.open();
        histories.clear(topic);
      },
    }),
    cross: (into) => crossing(into, histories, host),
    cleared: () => histories.close(),
  };
}
