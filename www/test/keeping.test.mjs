import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { build } from 'esbuild';
import { createBus } from '../../dist/trolleybus.js';

async function source(name) {
  const { outputFiles: [{ text }] } = await build({ entryPoints: [fileURLToPath(new URL(`../src/features/keeping/${name}.ts`, import.meta.url))], bundle: true, write: false, format: 'esm' });
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
const { TopicIndex } = await source('topic-index');
const { Histories } = await source('history');

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

describe('what topics keep while instances of Go come and go', () => {
  const origin = { instance: 'x', source: 'x', clock: { date: () => 5, now: () => 5 } };
  const event = (topic, seq, ref = 0) => ({ topic, data: seq, seq, id: `x-${seq}`, origin, ref, time: 5 });
  /** An instance of Go that has kept some events, by their numbers. */
  const instance = (kept, topics = [['go', { count: 10 }]]) => ({
    released: [],
    handOver: () => ({ topics, events: kept.map(([topic, seq]) => [event(topic, seq), { ref: 100 + seq, data: seq, error: seq % 10 === 0 ? new Error('no form') : undefined, size: 0 }]) }),
    hold: ({ seq }) => ({ ref: 100 + seq, data: seq, error: undefined, size: 0, observed: false }),
    release(ref) { this.released.push(ref); },
    clear() {},
  });
  const make = () => {
    const failures = [];
    const histories = new Histories({ delivered: 0, invalidate() {} }, origin.clock, { any: false, tell() {} }, { report: (error) => failures.push(error.message) });
    const publish = (topic, seq, ref) => histories.recorderOf(topic).deliver(seq, event(topic, seq, ref));
    return { histories, publish, failures, seqs: (pattern, ...more) => histories.snapshot(pattern, 'all', ...more).map(({ seq }) => seq) };
  };

  test('D6 what an instance of Go kept before it met the page comes behind what the last one left', () => {
    const { histories, publish, seqs, failures } = make();
    histories.declare('own', { count: 10 });
    publish('own', 1);
    const first = instance([['go', 2], ['go', 20], ['own', 3]]);
    histories.up(first);
    assert.deepEqual(seqs('>', true), [2, 3], 'what it kept');
    assert.deepEqual(seqs('>'), [2, 3, 1]);
    publish('go', 4, 4);
    publish('own', 5);
    histories.down();
    publish('go', 6);
    histories.up(instance([['go', 7], ['own', 8]]));
    assert.deepEqual(seqs('>', true), [7, 8]);
    assert.deepEqual(seqs('>'), [2, 3, 1, 4, 5, 7, 8, 6], 'but what has no form in JavaScript');
    assert.deepEqual(seqs('own'), [3, 1, 5, 8]);
    assert.equal(histories.lengths().get('go'), 4);
    assert.deepEqual(failures, ['no form', 'no form']);
    assert.deepEqual(first.released, [], 'it was gone');
  });

  test('of what both sides declare of a topic the later holds, but JavaScript\'s for an instance that comes', () => {
    const { histories, publish } = make();
    const kept = (topic) => {
      for (let i = 0; i < 20; i++) publish(topic, i);
      return histories.lengths().get(topic);
    };
    histories.declare('both', { count: 3 });
    histories.declare('last', {});
    const topics = [['both', { count: 5 }], ['last', { count: 6 }], ['go', { count: 7 }], ['retained', {}]];
    histories.up(instance([], topics));
    assert.deepEqual(['both', 'last', 'go', 'retained'].map(kept), [3, 6, 7, 1]);
    histories.declare('both', { count: 4 }, false);
    assert.equal(kept('both'), 4);
    histories.declare('both', {});
    histories.declare('go', {});
    assert.deepEqual(['both', 'go'].map(kept), [4, 7]);
    histories.down();
    assert.deepEqual(['both', 'go', 'retained'].map(kept), [4, 7, 1]);
    histories.up(instance([], topics));
    assert.deepEqual(['both', 'last', 'go'].map(kept), [3, 6, 7]);
  });

  test('Go releases what it holds once, when JavaScript keeps it no more', () => {
    const { histories, publish } = make(), go = instance([]);
    histories.up(go);
    for (let seq = 1; seq <= 12; seq++) publish('go', seq, seq);
    assert.deepEqual(go.released, [101, 102]);
    histories.forget(new Set(['x-5', 'x-5', 'none']));
    histories.wipe('*', 1);
    histories.close();
    assert.deepEqual(go.released, [1, 2, 5, 3, 4, 6, 7, 8, 9, 10, 11, 12].map((seq) => 100 + seq));
  });
});
