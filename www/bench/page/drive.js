import { Harness, randomFrom } from './harness.js';

/** Sets what the driver of a page calls. `makeCases` resolves to the cases. */
export function drive(makeCases) {
  let harness;

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
}
