import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

test('100,000 requests that timed out leave nothing behind', async () => {
  const timers = new Set();
  const clock = { now: () => 0, date: () => 0, after: (_, run) => (timers.add(run), () => timers.delete(run)) };
  const bus = createBus({ start: 'demand', clock });
  bus.respond('a', (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  bus.respond('a', () => new Promise(() => {}));
  bus.subscribe('$bus.error', () => {});
  const load = async () => {
    for (let i = 0; i < 100; i++) {
      const replies = Array.from({ length: 1000 }, () => bus.request('a', { i }, { timeout: 10 }).catch(() => {}));
      for (const run of [...timers]) run();
      await Promise.all(replies);
    }
    for (let i = 0; i < 3; i++) {
      await new Promise((done) => setTimeout(done));
      gc();
    }
    return process.memoryUsage().heapUsed;
  };
  const before = await load(), after = await load();
  assert.equal(timers.size, 0);
  assert.equal(bus.stats().pending, 0);
  assert.isBelow(after - before, 3_000_000); // 30 bytes a request: what the engine itself compiles and keeps
  await bus.close();
});
