import { moreNumbers, policies as table } from '../../../../bus/options.json';
import { UnavailableError, OptionError } from '../../core/errors.js';
import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import { checkPattern, checkTopic } from '../../core/grammar.js';
import type { Kernel } from '../../core/kernel.js';
import { check, has, numbersOf, readOptions } from '../../core/options.js';
import type { Part } from '../../core/part.js';
import type { RedriveOptions } from '../../core/policy-types.js';
import { FIRST_RUNNER } from '../../core/crossing/exports.js';
import { crossing } from './crossing.js';
import { grouped } from './groups.js';
import type { Policies } from './in-go.js';
import { runnerFor, type Runner, type RunnerHost } from './runner.js';

/**
 * What becomes of an event beyond one call of a handler: time-outs, retries, dedupe, queue groups, back-pressure, pacing,
 * and dead letters. Go sees to all but time-outs.
 * ```ts
 * const bus = createBus({ features: [policies()] });
 * ```
 */
export function policies(): Feature<'policies'> { return made; }

const { redrive, ...options } = table;
const made = /* @__PURE__ */ feature({
  name: 'policies', options, join,
  checks: () => ({ ...numbersOf(moreNumbers), storage: check(has('getItem', 'setItem', 'removeItem', 'key'), 'a Web Storage') }),
});

interface Host extends RunnerHost { policies: Policies | undefined }

function join(kernel: Kernel): Part {
  const host: Host = {
    kernel, policies: undefined, last: FIRST_RUNNER, lasting: new Set(), deaths: new WeakMap(),
    members: (queue) => kernel.registry.all().flatMap(({ runner }) => runner?.queue === queue ? [runner as Runner] : []),
  };
  kernel.places.policies = {
    runnerFor: (options, call) => runnerFor(options, call, host),
    grouped,
    states: () => host.policies?.states() ?? new Map(),
    counts: () => host.policies?.counts() ?? [],
  };
  /** Go's, for calls that need it. */
  const inGo = (): Policies => {
    kernel.open();
    if (host.policies !== undefined) return host.policies;
    throw kernel.unavailable ?? new UnavailableError('start', 'Go is not up yet; await bus.ready');
  };
  return {
    members: {
      deadLetters: (pattern = '') => {
        if (pattern !== '') checkPattern(pattern);
        return inGo().deadLetters(pattern);
      },
      redrive: (idOrPattern: string, options: RedriveOptions<any> = {}) => {
        const { to = '', rate = 0 } = readOptions('redrive', redrive, options);
        checkLetters('redrive', idOrPattern);
        if (to !== '') checkTopic(to);
        return inGo().redrive(idOrPattern, to, rate);
      },
      discard: (idOrPattern: string) => {
        checkLetters('discard', idOrPattern);
        return inGo().discard(idOrPattern);
      },
      pressure: (topic: string) => {
        checkTopic(topic);
        return inGo().pressure(topic);
      },
    },
    cross: (into) => crossing(into, host, kernel),
    cleared: () => { for (const once of [...host.lasting]) once.stop(); },
  };
}

/** Which letters are meant must be said: nothing, or what is no text, does not mean all. An id is a pattern of one token. */
function checkLetters(of: string, idOrPattern: unknown): void {
  if (typeof idOrPattern !== 'string') throw new OptionError(of, 'the id of a dead letter, or a pattern', idOrPattern);
  checkPattern(idOrPattern);
}
