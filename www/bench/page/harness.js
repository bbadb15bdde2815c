/** The shortest batch that is timed, in milliseconds: performance.now is as coarse as 0.1 ms. */
const BATCH = 25;

/**
 * A case is `{ name, budget, note, expected(n), subjects, fixed? }`; a subject is `{ name, run(n), take() }`: `run` does the
 * operation n times, or returns a promise that it will have done so, `take` hands out what its handlers have added up since it was last called, which must be
 * `expected(n)` for every subject, or the measurement fails. `fixed` is a number of operations instead of BATCH.
 */
export class Harness {
  /** @param random gives the order of the subjects, anew for each round */
  constructor(cases, random) {
    this.cases = cases;
    this.random = random;
    this.sizes = new Map();
    this.times = new Map();
  }

  /** Runs everything before anything is timed, so that no library is compiled for fewer kinds of calls than another. */
  async warmUp() {
    for (const calibrated of [false, false, true, true]) {
      for (const test of this.shuffled(this.cases)) {
        for (const subject of this.shuffled(test.subjects)) {
          const n = test.fixed ?? (calibrated ? await this.calibrate(test, subject) : 500);
          await this.batch(test, subject, n);
          this.sizes.set(subject, n);
          await idle();
        }
      }
    }
  }

  /** One batch of every subject of every case. */
  async round() {
    for (const test of this.shuffled(this.cases)) {
      for (const subject of this.shuffled(test.subjects)) {
        const n = this.sizes.get(subject);
        const ns = await this.batch(test, subject, n) * 1e6 / n;
        if (!this.times.has(subject)) this.times.set(subject, []);
        this.times.get(subject).push(ns);
        await idle();
      }
    }
  }

  /** `[{ name, budget, subjects: { [name]: ns[] } }]`; the first subject is ours. */
  results() {
    return this.cases.map(({ name, budget, note, subjects }) => ({
      name, budget, note, subjects: subjects.map((subject) => ({ name: subject.name, times: this.times.get(subject) })),
    }));
  }

  async batch(test, subject, n) {
    const start = performance.now();
    const running = subject.run(n);
    if (running !== undefined) await running;
    const time = performance.now() - start;
    const got = subject.take(), want = test.expected(n);
    if (got !== want) throw new Error(`${test.name}: ${subject.name} did ${got} of ${want} in ${n} operations`);
    return time;
  }

  /** How many operations take BATCH; again in the second round, since code that is compiled meanwhile does more. */
  async calibrate(test, subject) {
    for (let n = 64; ; n *= 2) {
      const time = await this.batch(test, subject, n);
      if (time >= BATCH / 2) return Math.ceil(n * BATCH / time);
    }
  }

  shuffled(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}

/** Lets timers, microtasks and the collector have their turn outside of what is timed. */
function idle() {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
