import { until } from './contract.mjs';
import { silence } from './go.mjs';
import { randomly } from '../random.mjs';

// Retained values, histories and replay (D6): in every mode of the bus.
export function replay(test, assert, make) {
  const notes = (bus, pattern, options) => {
    const log = [];
    log.off = bus.subscribe(pattern, (data, event) => { log.push(`${event.topic} ${data}`); }, options);
    return log;
  };

  test('D6 a retained value comes first, then what is live', async () => {
    const bus = await make(), topic = bus.topic('a', { retain: true });
    assert.isUndefined(topic.value);
    assert.deepEqual([...notes(bus, 'a', { replay: 1 })], []);
    bus.publish('a', 1);
    bus.publish('a', 2);
    const log = notes(bus, 'a', { replay: 1 });
    bus.publish('a', 3);
    assert.deepEqual([...log], ['a 2', 'a 3']);
    assert.equal(topic.value, 3);
    assert.equal(bus.topic('a').value, 3);
    assert.equal(bus.stats().retained, 1);
    topic.clear();
    assert.isUndefined(topic.value);
    assert.equal(bus.stats().retained, 0);
    bus.publish('a', 4);
    assert.equal(topic.value, 4);
    assert.deepEqual([...log], ['a 2', 'a 3', 'a 4']);
  });

  test('D6 a replay through a wildcard is in the order of the events; n counts for each topic', async () => {
    const bus = await make();
    bus.topic('x.a', { history: 10 });
    bus.topic('x.b', { history: { count: 10 } });
    const seqs = [];
    bus.subscribe('x.*', (_data, event) => { seqs.push(event.seq); })
    for (let i = 0; i < 4; i++) for (const topic of ['x.a', 'x.b', 'x.c']) bus.publish(topic, i);
    assert.deepEqual([...notes(bus, 'x.*', { replay: 2 })], ['x.a 2', 'x.b 2', 'x.a 3', 'x.b 3']);
    assert.lengthOf(notes(bus, '>', { replay: 'all' }), 8);
    assert.deepEqual([...notes(bus, 'x.*', { replay: { after: seqs[6] } })], ['x.b 2', 'x.a 3', 'x.b 3']);
    assert.deepEqual([...notes(bus, 'x.*', { replay: { after: seqs[11] } })], []);
    assert.deepEqual([...notes(bus, 'x.b', { replay: { after: 1e9 } })], []);
  });

  test('a history bounded by bytes ends on data that refers back or is shared, and counts each object once', async () => {
    const bus = await make();
    const refersBack = () => {
      const parent = { text: 'x'.repeat(700), children: [] };
      for (let i = 0; i < 8; i++) parent.children.push({ parent, brothers: parent.children });
      return parent;
    };
    let shared = 'x'.repeat(700);
    for (let i = 0; i < 64; i++) shared = [shared, shared];
    let deep = 'x'.repeat(700);
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const [name, make, least, most] of [['back', refersBack, 4, 15], ['shared', () => [...shared], 2, 5], ['deep', () => [deep], 1, 1], ['many', () => new Array(300_000).fill(0), 1, 1], ['sparse', () => new Array(2 ** 32 - 1), 1, 1]]) {
      bus.topic(name, { history: { bytes: 10_000 } });
      for (let i = 0; i < most + 3; i++) bus.publish(name, make());
      const log = [];
      bus.subscribe(name, (data) => { log.push(data); }, { replay: 'all' });
      assert.isAtLeast(log.length, least, name);
      assert.isAtMost(log.length, most, name);
    }
  });

  test('a history bounded by bytes measures the data of each event once, and calls none of its code', async () => {
    const bus = await make();
    let walks = 0;
    bus.topic('a', { history: { bytes: 1e6 } });
    for (let i = 0; i < 200; i++) {
      const counting = new Proxy({ a: 1 }, { ownKeys: (target) => { walks++; return Reflect.ownKeys(target); } });
      bus.publish('a', { counting, get no() { throw new Error('read'); }, get yes() { assert.fail('read'); } });
    }
    assert.equal(walks, 200);
    assert.equal(bus.stats().retained, 200);
  });

  test('a history bounded by bytes looks at 100,000 values of an event, and counts the others as 16', async () => {
    const bus = await make(), data = Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`key${i}`, 0]));
    bus.topic('a', { history: { bytes: 18_000_000 } }); // for one, if all the names counted
    for (let i = 0; i < 3; i++) bus.publish('a', data);
    const log = [];
    bus.subscribe('a', (data) => { log.push(data); }, { replay: 'all' });
    assert.lengthOf(log, 2);
  });

  test('D6 what a handler publishes in a replay comes after it', async () => {
    const bus = await make(), log = [];
    bus.topic('a', { history: 10 });
    bus.publish('a', 1);
    bus.publish('a', 2);
    bus.subscribe('a', (data) => {
      log.push(data);
      if (data === 1) bus.publish('a', 3);
    }, { replay: 'all' });
    assert.deepEqual(log, [1, 2, 3]);
  });

  test('D6 a subscription made in a delivery has no gap and no duplicate', async () => {
    const bus = await make();
    let late;
    bus.topic('a', { history: 2 });
    bus.subscribe('a', (data) => {
      if (data !== 1) return;
      for (let i = 2; i < 6; i++) bus.publish('a', i);
      late = notes(bus, '>', { replay: 'all' });
      bus.publish('plain', 1);
    });
    bus.publish('a', 0);
    bus.publish('a', 1);
    bus.publish('a', 6);
    assert.deepEqual([...late], ['a 0', 'a 1', 'a 2', 'a 3', 'a 4', 'a 5', 'plain 1', 'a 6']);
  });

  test('D6 replayed events are the same, with the time at which they were published', async () => {
    const bus = await make(), live = [], again = [];
    bus.topic('effect', { history: 5 });
    bus.subscribe('cause', () => bus.publish('effect', {}));
    bus.subscribe('effect', (_data, event) => { live.push(event); });
    const before = Date.now();
    bus.publish('cause');
    bus.publish('effect', 1, { id: 'mine', subject: 's' });
    const published = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    bus.subscribe('effect', (_data, event) => { again.push(event); }, { replay: 'all' });
    assert.deepEqual(again.map((event) => event.id), live.map((event) => event.id));
    assert.strictEqual(again[0].data, live[0].data);
    assert.equal(again[1].subject, 's');
    assert.exists(again[0].causationId);
    assert.equal(again[0].causationId, live[0].causationId);
    for (const event of again) assert.isTrue(event.time >= before && event.time <= published, 'time');
  });

  test('D6 once, filter, failures, and the end of a subscription in its replay', async () => {
    const failures = [], bus = await make({ onError: (failure) => failures.push(failure) });
    bus.topic('a', { history: 10 });
    for (let i = 0; i < 4; i++) bus.publish('a', i);
    assert.deepEqual([...notes(bus, 'a', { replay: 'all', once: true, filter: (data) => data > 0 })], ['a 1']);
    const got = [];
    bus.subscribe('a', (data) => {
      got.push(data);
      if (data === 1) throw new Error('no');
    }, { replay: 'all', name: 'failing' });
    assert.deepEqual(got, [0, 1, 2, 3]);
    assert.deepEqual(failures.map((failure) => failure.name), ['failing']);
    const controller = new AbortController(), until = [];
    bus.subscribe('a', (data) => {
      until.push(data);
      if (data === 1) controller.abort();
    }, { replay: 'all', signal: controller.signal });
    bus.publish('a', 4);
    assert.deepEqual(until, [0, 1]);
  });

  test('D6 bus.events begins with a replay, whatever the limit of its queue', async () => {
    const bus = await make(), got = [];
    bus.topic('a', { history: 10 });
    for (let i = 0; i < 5; i++) bus.publish('a', i);
    const events = bus.topic('a').events({ replay: 'all', overflow: { limit: 1 } });
    for await (const event of events) if (got.push(event.data) === 5) break;
    assert.deepEqual(got, [0, 1, 2, 3, 4]);
  });

  test('D6 D10 what a full queue of bus.events lets go, or coalesces, is live and never replayed', async () => {
    for (const [policy, live] of [['drop-oldest', [13, 14]], ['drop-newest', [10, 11]], ['latest', [14]]]) {
      const bus = await make(), got = [], dropped = bus.stats().dropped;
      bus.topic('a', { history: 10 });
      for (let i = 0; i < 5; i++) bus.publish('a', i);
      const events = bus.topic('a').events({ replay: 'all', overflow: { limit: 2, policy } });
      const coalesced = bus.topic('a').events({ replay: 'all', coalesce: true });
      for (let i = 10; i < 15; i++) bus.publish('a', i);
      const want = [0, 1, 2, 3, 4, ...live];
      for await (const event of events) if (got.push(event.data) === want.length) break;
      assert.deepEqual(got, want, policy);
      assert.strictEqual(bus.stats().dropped - dropped, 5 - live.length, policy);
      got.length = 0;
      for await (const event of coalesced) if (got.push(event.data) === 6) break;
      assert.deepEqual(got, [0, 1, 2, 3, 4, 14], 'coalesced');
    }
  });

  test('what topics keep is bounded by count, age and bytes', async () => {
    let now = 1_000_000;
    const clock = { now: () => now, date: () => now, after: () => () => {} };
    const bus = await make({ clock });
    bus.topic('count', { history: 3 });
    bus.topic('age', { history: { age: 1000 } });
    bus.topic('bytes', { history: { bytes: 1000 } });
    for (let i = 0; i < 10; i++) {
      for (const topic of ['count', 'age', 'bytes']) bus.publish(topic, 'x'.repeat(34));
      now += 300;
    }
    const kept = () => Object.fromEntries(bus.topics().filter(({ retained }) => retained !== undefined).map(({ topic, retained }) => [topic, retained]));
    assert.deepEqual(['count', 'age', 'bytes'].map((topic) => notes(bus, topic, { replay: 'all' }).length), [3, 3, 4]);
    assert.deepEqual(kept(), { count: 3, age: 3, bytes: 4 });
    now += 5000;
    assert.isUndefined(bus.topic('age').value);
    assert.equal(bus.stats().retained, 7);
    bus.topic('count', { history: 2 });
    bus.publish('count', 'last');
    assert.equal(kept().count, 2);
  });

  test('what topics keep by age is bounded whatever their clock says', async () => {
    const said = ['1', NaN, null, undefined, {}, -1, Infinity, 2 ** 60];
    const failures = [];
    for (const name of ['now', 'date']) {
      for (const value of said) {
        let now = 1, saying = false;
        const say = (of) => () => saying && name === of ? value : now;
        const bus = await make({ clock: { now: say('now'), date: say('date'), after: () => () => {} }, onError: (failure) => failures.push(failure) });
        const topic = bus.topic('a', { history: 3 });
        for (let i = 0; i < 9; i++) {
          saying = i % 3 === 1;
          if (i === 4) bus.topic('a', { history: { count: 2, age: 1000 } });
          bus.publish('a', i);
        }
        saying = false;
        assert.equal(topic.value, 8, `${name} ${String(value)}`);
        assert.isAtMost(bus.stats().retained, 2);
        now = 1e9;
        if (typeof value !== 'number' || value < now) assert.isUndefined(topic.value, `${name} ${String(value)}`);
      }
    }
    assert.lengthOf(failures, 0);
  });

  test('wrong options are refused', async () => {
    const bus = await make(), before = bus.stats().subscriptions;
    for (const replay of [0, -1, 1.5, NaN, 'some', {}, { after: -1 }, { after: NaN }, null, true]) {
      assert.throws(() => bus.subscribe('a', () => {}, { replay }), /replay/, String(replay));
    }
    for (const options of [{ retain: 1 }, { history: 0 }, { history: {} }, { history: { count: -1 } }, { history: { age: NaN } }, { keep: 1 }, null]) {
      assert.throws(() => bus.topic('a', options), /topic/);
    }
    for (const history of [{}, { count: undefined }]) assert.throws(() => bus.topic('a', { history }), /^topic option history: expected { count\?, age\?, bytes\? } with one of them, or a number, got an object$/);
    assert.throws(() => bus.subscribe('a', () => {}, { replay: 1, queue: 'g' }), /replay/);
    assert.equal(bus.stats().subscriptions, before);
  });

  test('10,000 events leave what the bound says, and a topic that keeps nothing nothing', async () => {
    const bus = await make(), topic = bus.topic('a', { history: 100 });
    bus.topic('b');
    for (let i = 0; i < 10_000; i++) {
      bus.publish('a', i);
      bus.publish('b', i);
    }
    assert.equal(bus.stats().retained, 100);
    assert.equal(topic.value, 9999);
    const log = notes(bus, '*', { replay: 'all' });
    assert.lengthOf(log, 100);
    assert.equal(log[0], 'a 9900');
  });

  test('D6 a replay finds what its pattern matches, whatever topics there are', async () => {
    const bus = await make(), words = ['a', 'b', 'ab', 'é'], topics = new Set();
    randomly(1, (random) => {
      const path = (tokens) => Array.from({ length: random.integer(1, 4) }, () => random.pick(tokens)).join('.');
      for (let i = 0; i < 60; i++) topics.add(path(words));
      for (const topic of topics) {
        bus.topic(topic, { retain: true });
        bus.publish(topic, topic);
      }
      for (let i = 0; i < 200; i++) {
        const pattern = path([...words, '*', '*']) + random.pick(['', '', '.>']);
        const matching = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replaceAll('>', '.+')}$`);
        const found = [];
        bus.subscribe(pattern, (topic) => { found.push(topic); }, { replay: 1 })();
        assert.deepEqual(found, [...topics].filter((topic) => matching.test(topic)), pattern);
      }
    });
  });
}

/** The hand-over to Go and back. */
export function replayHandover(test, assert, { create, component }) {
  test('D6 what was kept before Go is up is there afterwards', async () => {
    const bus = create(), topic = bus.topic('a', { history: 3 });
    const got = [];
    for (let i = 0; i < 5; i++) bus.publish('a', i);
    bus.subscribe('a', (data) => { got.push(data); }, { replay: 'all' });
    assert.deepEqual(got, [2, 3, 4]);
    await bus.ready;
    bus.publish('a', 5);
    assert.deepEqual(got, [2, 3, 4, 5]);
    const late = [];
    bus.subscribe('a', (data) => { late.push(data); }, { replay: 'all' });
    assert.deepEqual(late, [3, 4, 5]);
    assert.equal(topic.value, 5);
    assert.equal(bus.stats().retained, 3);
  });

  test('D6 what JavaScript declared survives the end of an instance of Go', async () => {
    const bus = create({ wasm: component }), restarted = [], quiet = silence(), live = [];
    try {
      const topic = bus.topic('a', { history: 3 });
      bus.subscribe('$bus.restarted', (data) => { restarted.push(data); });
      bus.subscribe('a', (data) => { live.push(data); }, { replay: 'all' });
      await bus.ready;
      for (let i = 0; i < 4; i++) bus.publish('a', i);
      bus.publish('crash');
      await until(() => bus.stats().memory === 0);
      bus.publish('a', 4);
      const down = [], up = [];
      bus.subscribe('a', (data) => { down.push(data); }, { replay: 'all' });
      await until(() => restarted.length === 1);
      bus.publish('a', 5);
      bus.subscribe('a', (data) => { up.push(data); }, { replay: 'all' });
      assert.deepEqual(live, [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(down, [2, 3, 4, 5]);
      assert.deepEqual(up, [3, 4, 5]);
      assert.equal(bus.stats().retained, 3);
      assert.equal(topic.value, 5);
    } finally {
      quiet();
    }
  });

  test('D6 where Go cannot be had a replay is refused, and the rest goes on', async () => {
    const bus = create({ wasm: new Uint8Array([1, 2, 3]) }), topic = bus.topic('a', { retain: true });
    const { warn } = console;
    console.warn = () => {};
    await bus.ready.then(() => assert.fail('it is up'), () => {});
    console.warn = warn;
    bus.publish('a', 1);
    assert.equal(topic.value, 1);
    let code;
    try {
      bus.subscribe('a', () => {}, { replay: 1 });
    } catch (error) {
      code = error.code;
    }
    assert.equal(code, 'TB_UNAVAILABLE');
  });
}
