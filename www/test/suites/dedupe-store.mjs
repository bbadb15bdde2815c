import { until } from './contract.mjs';
import { times } from './effort.mjs';

// Dedupe windows that outlive the page (D8). A second bus with the same storage stands for the reloaded page.

/** A Web Storage in memory. `refuse` may throw before anything is done; `peak` is how many entries there have been. */
export class MapStorage {
  constructor(entries = {}, refuse = () => {}) {
    Object.assign(this, { map: new Map(Object.entries(entries)), refuse, peak: 0 });
  }
  get length() { return this.refuse('length') ?? this.map.size; }
  key(i) { return (this.names ??= [...this.map.keys()])[i] ?? null; }
  getItem(key) { return this.refuse('getItem') ?? this.map.get(key) ?? null; }
  setItem(key, value) {
    this.refuse('setItem', key);
    this.names = undefined;
    this.map.set(String(key), String(value));
    this.peak = Math.max(this.peak, this.map.size);
  }
  removeItem(key) {
    this.refuse('removeItem', key);
    this.names = undefined;
    this.map.delete(key);
  }
  keys() { return [...this.map.keys()].sort(); }
}

export function dedupeStore(test, assert, { create, wasm, component, virtualClock, trolleybus }) {
  const clock = virtualClock();
  const open = async (options) => {
    const bus = create({ wasm, clock, ...options });
    await bus.ready;
    return bus;
  };
  /** What a new bus handles of the ids. */
  const handled = async (store, ids, dedupe = {}, handler = () => {}, options = {}) => {
    const bus = await open(options), got = [];
    bus.subscribe('a.*', (data, event) => { got.push(event.id); return handler(data, event); }, { name: 'n', dedupe: { store, ...dedupe } });

    for (const id of ids) bus.publish('a.b', id, { id });
    await bus.close();
    return got;
  };
  const key = (id) => `trolleybus:dedupe:n:${id}`;
  const full = () => { throw new DOMException('no room', 'QuotaExceededError'); };

  test('D8 an id that was handled before a reload is not handled after it, and is counted', async () => {
    const store = new MapStorage({ theme: 'dark' });
    assert.deepEqual(await handled(store, ['x', 'x', 'y']), ['x', 'y']);
    assert.deepEqual(store.keys(), ['theme', key('x'), key('y')]);
    assert.equal(store.getItem(key('x')), String(clock.date()));
    const bus = await open(), got = [];
    bus.subscribe('a', (data) => got.push(data), { name: 'n', dedupe: { store } });
    bus.publish('a', 1, { id: 'x' });
    bus.publish('a', 2, { id: 'z' });
    assert.deepEqual([got, bus.stats().deduped], [[2], 1]);
  });

  test('D8 what comes before Go is up is compared with the storage too', async () => {
    const store = new MapStorage(), got = [];
    await handled(store, ['x']);
    const bus = create({ wasm, start: 'demand' });
    bus.subscribe('a', (data) => got.push(data), { name: 'n', dedupe: { store } });
    bus.publish('a', 1, { id: 'x' });
    bus.publish('a', 2, { id: 'y' });
    await bus.ready;
    assert.deepEqual(got, [2]);
  });

  test('D8 the storage has an id when its event has been handled, not before, and not when it failed', async () => {
    const store = new MapStorage(), bus = await open({ onError() {} }), seen = [];
    let end;
    bus.subscribe('later', () => new Promise((resolve) => { end = resolve; }), { name: 'n', dedupe: { store } });
    bus.subscribe('now', (_, { id }) => { seen.push(store.keys()); if (id === 'no') throw new Error('no'); }, { name: 'n', dedupe: { store } });
    bus.publish('now', 1, { id: 'no' });
    bus.publish('now', 1, { id: 'yes' });
    bus.publish('later', 1, { id: 'slow' });
    assert.deepEqual(seen, [[], []]);
    assert.deepEqual(store.keys(), [key('yes')]);
    end();
    await clock.advanceAsync(0);
    assert.deepEqual(store.keys(), [key('slow'), key('yes')]);
  });

  test('D8 a retried event is stored when an attempt succeeds', async () => {
    const store = new MapStorage(), bus = await open();
    let attempts = 0;
    bus.subscribe('a', () => { if (++attempts < 3) throw new Error('no'); }, { name: 'n', dedupe: { store }, retry: { attempts: 3, backoff: { initial: 10, jitter: false } } });
    bus.publish('a', 1, { id: 'x' });
    await clock.advanceAsync(10);
    assert.deepEqual([attempts, store.keys()], [2, []]);
    await clock.advanceAsync(20);
    assert.deepEqual([attempts, store.keys()], [3, [key('x')]]);
  });

  test('D8 what a subscription handles while it ends is stored: by once, in the handler, and before its promise settles', async () => {
    const store = new MapStorage(), bus = await open(), name = 'n';
    let end;
    bus.subscribe('a', () => {}, { name, once: true, dedupe: { store } });
    const off = bus.subscribe('a', () => off(), { name: 'm', dedupe: { store } });
    const later = bus.subscribe('a', () => new Promise((resolve) => { end = resolve; }), { name: 'l', concurrency: 1, dedupe: { store } });
    bus.publish('a', 1, { id: 'x' });
    later();
    bus.publish('a', 2, { id: 'y' });
    end();
    await clock.advanceAsync(0);
    assert.deepEqual(store.keys(), ['l', 'm', 'n'].map((name) => `trolleybus:dedupe:${name}:x`));
  });

  test('D8 keys are stored, ids that the bus made are not', async () => {
    const store = new MapStorage(), bus = await open();
    bus.subscribe('a', () => {}, { name: 'n', dedupe: { store } });
    bus.subscribe('b', () => {}, { name: 'n', dedupe: { store, key: (data) => data } });
    for (const topic of ['a', 'b']) bus.publish(topic, topic === 'a' ? 1 : 'k');
    bus.publish('a', 1, { subject: 's' });
    bus.publish('b', '', { id: 'i' });
    assert.deepEqual(store.keys(), [key('k')]);
  });

  test('D8 names and ids with colons, percent signs and anything else name different entries', async () => {
    const store = new MapStorage(), bus = await open(), got = [];
    const pairs = [['a', 'b:c'], ['a:b', 'c'], ['a%3Ab', 'c'], ['a', 'b%3Ac'], ['a', 'é\0\u0001😀'], ['__proto__', '__proto__']];
    const subscribe = (bus) => pairs.forEach(([name], i) => bus.subscribe(`t.${i}`, (id) => got.push(id), { name, dedupe: { store } }));
    subscribe(bus);
    pairs.forEach(([, id], i) => bus.publish(`t.${i}`, id, { id }));
    assert.deepEqual([got.splice(0), store.length], [pairs.map(([, id]) => id), pairs.length]);
    const next = await open();
    subscribe(next);
    pairs.forEach(([, id], i) => next.publish(`t.${i}`, id, { id }));
    assert.deepEqual(got, []);
  });

  test('D8 the storage is bounded like the window: thousands of ids leave the last 1,000', async () => {
    const store = new MapStorage({ mine: '1' }), ids = times(100_000);
    const bus = await open();
    bus.subscribe('a', () => {}, { name: 'n', dedupe: { store, max: 1000 } });
    for (let i = 0; i < ids; i++) bus.publish('a', i, { id: `i${i}` });
    assert.deepEqual([store.length, store.peak], [1001, 1001]);
    assert.isTrue(store.map.has(key(`i${ids - 1}`)) && store.map.has(key(`i${ids - 1000}`)) && store.map.has('mine'));
    assert.deepEqual(await handled(store, [`i${ids - 1}`, `i${ids - 1001}`], { max: 1000 }), [`i${ids - 1001}`]);
    await handled(store, ['one more'], { max: 10 }); // what an older version of the page left is cut down
    assert.equal(store.length, 11);
  });

  test('D8 a window in a storage that is larger than what crosses to Go at a time', async () => {
    const ids = Array.from({ length: 9000 }, (_, i) => `i${i}`);
    const store = new MapStorage(Object.fromEntries(ids.map((id) => [key(id), String(clock.date())])));
    assert.deepEqual(await handled(store, [...ids, 'new']), ['new']);
    assert.equal(store.length, 9001);
  });

  test('D8 a window in a storage is known to Go, however long its ids are', async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(60_000)}`);
    const store = new MapStorage(Object.fromEntries(ids.map((id) => [key(id), String(clock.date())])));
    assert.isEmpty(await handled(store, ids), 'more than may cross to Go at a time');
  });

  test('D8 ids in a storage that no event can have are removed, and are no other ones', async () => {
    const store = new MapStorage(Object.fromEntries(['\ud800', '\udc00', 'a\udfff', 'x'.repeat(2 ** 20 + 1), 'known'].map((id) => [key(id), String(clock.date())])));
    assert.deepEqual(await handled(store, ['known', '\ufffd', 'a\ufffd']), ['\ufffd', 'a\ufffd']);
    assert.deepEqual(store.keys(), ['a\ufffd', 'known', '\ufffd'].map(key).sort());
  });

  test('D8 ids leave the storage when their time is over', async () => {
    const store = new MapStorage();
    await handled(store, ['x'], { window: 1000 });
    await clock.advanceAsync(600);
    assert.deepEqual(await handled(store, ['x', 'y'], { window: 1000 }), ['y']);
    await clock.advanceAsync(400);
    assert.deepEqual(await handled(store, ['y'], { window: 1000 }), []);
    assert.deepEqual(store.keys(), [key('y')]);
    assert.deepEqual(await handled(store, ['x'], { window: 1000 }), ['x']);
  });

  test('D8 a clock that jumps neither holds an id back for longer than the window nor brings one back', async () => {
    const day = 86_400_000, store = new MapStorage();
    await handled(store, ['x'], { window: 1000 });
    clock.jump(-day); // its date is in the future now, and counts as today's
    assert.deepEqual(await handled(store, ['x'], { window: 1000 }), []);
    assert.equal(store.getItem(key('x')), String(clock.date()));
    await clock.advanceAsync(1000);
    assert.deepEqual(await handled(store, ['x'], { window: 1000 }), ['x']);
    clock.jump(day);
    await handled(store, ['y'], { window: 1000 }); // x is too old now, and forgotten for good
    clock.jump(-day);
    assert.deepEqual([store.keys(), await handled(store, ['x'], { window: 1000 })], [[key('y')], ['x']]);
  });

  test('D8 what is no date is removed and holds nothing back', async () => {
    const bad = ['', 'x', '-5', '1e3', '12.5', 'NaN', '{}', '9'.repeat(400), 'null'];
    const ids = bad.map((_, i) => `i${i}`);
    const store = new MapStorage({ ...Object.fromEntries(bad.map((value, i) => [key(ids[i]), value])), [key('')]: '5', 'trolleybus:dedupe:nn:i0': 'x' });
    assert.deepEqual(await handled(store, []), []);
    assert.deepEqual(store.keys(), ['trolleybus:dedupe:nn:i0']);
    assert.deepEqual(await handled(store, ids), ids);
  });

  for (const [what, refuse] of Object.entries({
    'is full': (op) => op === 'setItem' && full(),
    'is forbidden': () => { throw new DOMException('forbidden', 'SecurityError'); },
    'cannot be read': (op) => { if (op === 'getItem' || op === 'length') throw 'a text'; },
    'cannot be cleared': (op) => { if (op === 'removeItem') throw Object.freeze({}); },
  })) test(`D8 a storage that ${what} is one failure, and events are handled all the same`, async () => {
    const store = new MapStorage({ [key('x')]: 'corrupt' }, (...args) => refuse(...args) || undefined), failures = [];
    const bus = await open({ onError: (failure) => failures.push(failure) }), got = [];
    bus.subscribe('a', (data) => got.push(data), { name: 'n', dedupe: { store, max: 2 } });
    for (let i = 0; i < 10; i++) for (let again = 0; again < 2; again++) bus.publish('a', i, { id: `i${i}` });
    await clock.advanceAsync(0);
    assert.deepEqual(got, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.lengthOf(failures, 1);
    const [{ error, pattern, name }] = failures;
    assert.instanceOf(error, trolleybus.StoreError);
    assert.deepEqual([error.code, error.name, pattern, name], ['TB_STORE', 'StoreError', 'a', 'n']);
    assert.isDefined(error.cause);
  });

  test('D8 a new instance of Go forgets nothing that was handled, even where the storage is full', async () => {
    for (const store of [new MapStorage(), new MapStorage({}, (op) => op === 'setItem' && full())]) {
      const bus = await open({ wasm: component, onError() {} }), got = [];
      bus.subscribe('a', (data) => got.push(data), { name: 'n', dedupe: { store } });
      bus.publish('a', 1, { id: 'x' });
      await crash(bus);
      bus.publish('a', 2, { id: 'x' });
      bus.publish('a', 3, { id: 'y' });
      assert.deepEqual([got, bus.stats().deduped], [[1, 3], 1]);
    }
  });

  test('D8 what was being handled when an instance of Go died is known to the next one', async () => {
    for (const dedupe of [{}, { key: (data) => data.key }]) {
      const store = new MapStorage(), bus = await open({ wasm: component, onError() {} }), ends = [], got = [];
      bus.subscribe('a', (data) => {
        got.push(data.n);
        return new Promise((resolve) => ends.push(resolve));
      }, { name: 'n', dedupe: { store, ...dedupe } });
      bus.publish('a', { n: 1, key: 'x' }, { id: 'x' });
      bus.publish('a', { n: 2, key: 'y' }, { id: 'y' });
      await crash(bus, async () => {
        await until(() => bus.stats().memory === 0);
        ends[0](); // one is through while there is no Go, the other one then
      });
      assert.deepEqual(store.keys(), [key('x')]);
      ends[1]();
      await clock.advanceAsync(0);
      assert.deepEqual(store.keys(), [key('x'), key('y')]);
      for (const id of ['x', 'y', 'z']) bus.publish('a', { n: id, key: id }, { id });
      assert.deepEqual(got, [1, 2, 'z']);
    }
  });

  test('D8 D9 members of a queue group share the window and its storage, also when the first of them has left', async () => {
    const store = new MapStorage(), bus = await open(), got = [];
    const member = (on, who) => on.subscribe('a', (_, { id }) => got.push(who + id), { name: 'n', queue: 'q', dedupe: { store } });
    const first = member(bus, 'a');
    member(bus, 'b');
    for (const id of [1, 2, 3, 1, 2, 3]) bus.publish('a', id, { id: String(id) });
    assert.sameMembers(got.map((s) => s[1]), ['1', '2', '3']);
    first();
    bus.publish('a', 4, { id: '4' });
    assert.deepEqual(store.keys(), [1, 2, 3, 4].map(key));
    const next = await open();
    got.length = 0;
    member(next, 'c');
    member(next, 'd');
    for (const id of [4, 3, 2, 1, 5]) next.publish('a', id, { id: String(id) });
    assert.deepEqual([got, next.stats().deduped], [['c5'], 4]);
  });

  test('D8 D9 a new instance of Go knows what a member handled that has left since', async () => {
    const store = new MapStorage(), bus = await open({ wasm: component }), got = [];
    const [first] = ['a', 'b'].map((who) => bus.subscribe('t', (_, { id }) => got.push(who + id), { name: 'n', queue: 'q', dedupe: { store } }));
    bus.publish('t', 1, { id: '1' });
    first();
    await crash(bus);
    for (const id of ['1', '2']) bus.publish('t', 1, { id });
    assert.deepEqual(got, ['a1', 'b2']);
  });

  test('D8 dedupe.store needs a name and a Web Storage, and bus.events takes none', async () => {
    const bus = await open(), store = new MapStorage(), all = () => {};
    const calls = [
      () => bus.subscribe('a', all, { dedupe: { store } }),
      () => bus.subscribe('a', all, { name: '', dedupe: { store } }),
      () => bus.subscribe('a', all, { name: 'n', dedupe: { store: {} } }),
      () => bus.subscribe('a', all, { name: 'n', dedupe: { store: null } }),
      () => bus.subscribe('a', all, { name: 'n', dedupe: { store: new Map() } }),
      () => bus.events('a', { name: 'n', dedupe: { store } }),
    ];
    for (const call of calls) assert.throws(call, trolleybus.OptionError, /store/);
    assert.equal(bus.stats().subscriptions, 0);
  });

  async function crash(bus, meanwhile = async () => {}) {
    const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve, { once: true }));
    bus.publish('crash');
    await meanwhile();
    await restarted;
    await clock.advanceAsync(0);
  }
}
