import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { build } from 'esbuild';
import { randomly } from './random.mjs';

const { outputFiles: [{ text }] } = await build({ entryPoints: [fileURLToPath(new URL('../src/core/bounded-queue.ts', import.meta.url))], bundle: true, write: false, format: 'esm' });
const { BoundedQueue } = await import(`data:text/javascript,${encodeURIComponent(text)}`);

/** The same as one would write it down: a list of `{ item, key }`. */
class Model {
  all = [];
  dropped = [];
  coalesced = [];

  constructor(limit, policy) {
    Object.assign(this, { limit, policy });
  }

  push(item, key) {
    const same = key === undefined ? undefined : this.all.find((each) => each.key === key);
    if (same !== undefined) {
      this.coalesced.push(same.item);
      same.item = item;
      return true;
    }
    if (this.all.length >= this.limit) {
      if (this.policy === 'error' || this.policy === 'drop-newest') {
        this.dropped.push(item);
        return this.policy === 'drop-newest';
      }
      if (this.policy === 'latest') this.dropped.push(...this.take());
    }
    this.all.push({ item, key });
    while (this.all.length > this.limit) this.dropped.push(this.all.shift().item);
    return true;
  }

  shift() { return this.all.shift()?.item; }
  take() { return this.all.splice(0).map(({ item }) => item); }
}

/** Puts in, takes out and empties, at random. */
function compare(policy) {
  randomly(200, (random) => {
    const limit = random.integer(1, 12);
    const gone = { dropped: [], coalesced: [] };
    const queue = new BoundedQueue(limit, policy, (count, item) => gone[count].push(item)), model = new Model(limit, policy);
    for (let n = 0; n < 100; n++) {
      if (random.chance(0.65)) {
        const key = random.pick([undefined, undefined, '', 'k', '__proto__']);
        assert.strictEqual(queue.push(n, key), model.push(n, key));
      } else if (random.chance(0.95)) assert.strictEqual(queue.shift(), model.shift());
      else assert.deepEqual(queue.take(), model.take());
      assert.deepEqual([queue.length, queue.last], [model.all.length, model.all.at(-1)?.item]);
      assert.isAtMost(queue.length, limit);
      assert.deepEqual(gone, { dropped: model.dropped, coalesced: model.coalesced });
    }
  });
}

describe('a bounded queue does what a list of all that waits would do', () => {
  test('D10 a full queue with drop-oldest', () => compare('drop-oldest'));
  test('D10 a full queue with drop-newest', () => compare('drop-newest'));
  test('D10 a full queue with latest', () => compare('latest'));
  test('D10 a full queue with error', () => compare('error'));
});
