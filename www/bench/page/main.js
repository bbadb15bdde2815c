import { createBus } from 'trolleybus';
import { domCases } from './dom.js';
import { Harness, randomFrom } from './harness.js';
import { managedCases } from './managed.js';
import { plainCases } from './plain.js';
import { policyCases } from './policies.js';
import { requestCases } from './request.js';
import { subscribeCases } from './subscribe.js';
import { topicCases } from './topics.js';
import { wildcardCases } from './wildcard.js';

const onError = ({ error }) => { throw error; };

/**
 * One bus, as on a page: Go is up, and a Go program of the page's own is in it. The topics that are published once have
 * a bus without the thousand patterns of another case.
 */
async function makeCases() {
  const bus = createBus({ wasm: 'component.wasm', onError });
  const sensors = createBus({ onError });
  await Promise.all([bus.ready, sensors.ready]);
  return [
    ...plainCases(bus), ...wildcardCases(bus), ...topicCases(sensors),
    ...managedCases(bus), ...policyCases(bus), ...requestCases(bus), ...subscribeCases(bus), ...domCases(bus),
  ];
}

let harness;

/** What the driver calls. */
globalThis.bench = {
  /** @param only a regular expression for the names of the cases, '' for all of them */
  async start(seed, only) {
    const cases = (await makeCases()).filter(({ name }) => new RegExp(only).test(name));
    harness = new Harness(cases, randomFrom(seed));
    await harness.warmUp();
    return cases.map(({ name }) => name);
  },
  round: () => harness.round(),
  results: () => harness.results(),
  /** Runs our side of the first case alone, for the profiler. */
  async profile(milliseconds) {
    const [test] = harness.cases;
    const [ours] = test.subjects;
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await harness.batch(test, ours, harness.sizes.get(ours));
      await new Promise((resolve) => setTimeout(resolve));
    }
  },
};
