import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { build } from 'esbuild';
import { createBus } from '../../dist/trolleybus.js';

const { outputFiles: [{ text }] } = await build({ entryPoints: [fileURLToPath(new URL('../src/features/keeping/topic-index.ts', import.meta.url))], bundle: true, write: false, format: 'esm' });
const { TopicIndex } = await import(`data:text/javascript,${encodeURIComponent(text)}`);

describe('a replay costs what its pattern matches', () => {
  test('D6 topics that a pattern cannot match are not looked at', () => {
    for (const [pattern, want] of Object.entries({ 'room.7.temp': 1, 'room.7.*': 2, 'room.7.>': 2, 'room.7': 0, 'hall.>': 0 })) {
      const index = new TopicIndex();
      for (let i = 0; i < 1000; i++) for (const what of ['temp', 'light']) index.add({ topic: `room.${i}.${what}` });
      const rooms = index.root.next.get('room').next;
      for (const token of rooms.keys()) if (token !== '7') rooms.set(token, null); // a look at it throws
      index.values = () => assert.fail('all of them');
      assert.lengthOf(index.matching(pattern), want, pattern);
    }
  });

  test('D6 a literal replay beside 20,000 topics that keep something takes no longer than beside 20', async () => {
    const cost = async (rooms) => {
      const bus = createBus({ start: 'demand' });
      const got = [], times = [];
      for (let i = 0; i < rooms; i++) {
        bus.topic(`room.${i}.temp`, { retain: true });
        bus.publish(`room.${i}.temp`, i);
      }
      // The fastest of many: what runs beside it can only make it slower.
      for (let i = 0; i < 300; i++) {
        const start = performance.now();
        bus.subscribe('room.7.temp', (data) => { got.push(data); }, { replay: 1 })();
        times.push(performance.now() - start);
      }
      await bus.close();
      assert.deepEqual(new Set(got), new Set([7]));
      return Math.min(...times);
    };
    await cost(20); // for the compiler
    const few = await cost(20), many = await cost(20_000);
    assert.isBelow(many / few, 20, `${few} ms beside 20 topics, ${many} ms beside 20,000`);
  });
});
