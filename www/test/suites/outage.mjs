import { until } from './contract.mjs';

// Policies while Go is not up: it is still loading, cannot be had, or has died.
export function outage(test, assert, { create, wasm, component, virtualClock }) {
  const retry = { attempts: 3, backoff: { initial: 10, jitter: false } };

  test('policies: what comes while Go is loading is handled when it is up, in order, and before what comes then', async () => {
    const clock = virtualClock(), got = [], plain = [];
    const bus = create({ wasm, clock, start: 'demand' });
    bus.subscribe('a', (data) => got.push(data), { retry, dedupe: {} });
    bus.subscribe('*', (data) => got.push(`* ${data}`), { queue: 'w' });
    bus.subscribe('*', (data) => got.push(`* ${data}`), { queue: 'w' });
    bus.subscribe('a', (data) => plain.push(data));
    for (const [data, id] of [[1, 'x'], [2, 'x'], [3, 'y']]) bus.publish('a', data, { id });
    assert.deepEqual([got, plain], [[], [1, 2, 3]]);
    const up = bus.ready.then(() => bus.publish('a', 4));
    await up;
    assert.deepEqual(got, [1, '* 1', '* 2', 3, '* 3', 4, '* 4']);
    assert.include(bus.stats(), { deduped: 1, dropped: 0 });
  });

  test('policies: a subscription with one loads Go, and its queue until then is bounded', async () => {
    const got = [];
    const bus = create({ wasm, start: 'demand', maxPending: 0 });
    for (let i = 0; i < 2; i++) bus.publish('a', 'nobody');
    bus.subscribe('a', (data) => got.push(data), { retry });
    for (let i = 0; i < 1100; i++) bus.publish('a', i);
    await until(() => got.length > 0);
    assert.deepEqual([got.length, got[0], got.at(-1), bus.stats().dropped], [1024, 76, 1099, 76]);
  });

  test('policies: where Go cannot be had, what needs it fails with TB_UNAVAILABLE and plain topics go on', async () => {
    const failures = [], plain = [];
    const bus = create({ wasm: new Uint8Array([1, 2, 3]), start: 'demand', onError: ({ error, event }) => failures.push([error.code, event.data]) });
    bus.subscribe('a', () => assert.fail('must not be called'), { retry });
    bus.subscribe('a', (data) => plain.push(data));
    bus.publish('a', 1);
    assert.equal(await bus.ready.catch((error) => error.code), 'TB_UNAVAILABLE');
    assert.deepEqual(failures, [['TB_UNAVAILABLE', 1]]);
    bus.publish('a', 2);
    assert.deepEqual([failures.slice(1), plain], [[['TB_UNAVAILABLE', 2]], [1, 2]]);
    for (const call of [() => bus.subscribe('a', () => {}, { dedupe: {} }), () => bus.deadLetters(), () => bus.redrive('a'), () => bus.discard('a'), () => bus.pressure('a')]) {
      assert.throws(call);
      try { call(); } catch (error) { assert.equal(error.code, 'TB_UNAVAILABLE'); }
    }
    const done = [];
    bus.subscribe('t', async (data) => done.push(data), { timeout: 1000 }); // needs no Go
    bus.publish('t', 1);
    assert.deepEqual(done, [1]);
  });

  test('policies: events that an instance of Go holds when it dies get their attempts from the next one', async () => {
    const clock = virtualClock(), got = [];
    const bus = create({ wasm: component, clock });
    await bus.ready;
    let broken = true, held = [];
    bus.subscribe('a', (data) => { got.push(data); if (broken) throw new Error('not now'); }, { retry: { attempts: 9, backoff: { initial: 60_000, jitter: false } } });
    bus.subscribe('a', (data) => { got.push(`queued ${data}`); return new Promise((resolve) => held.push(resolve)); }, { concurrency: 1 });
    bus.subscribe('a', (data) => got.push(`late ${data}`), { debounce: 60_000 });
    bus.publish('a', 1);
    bus.publish('a', 2);
    assert.deepEqual(got.splice(0), [1, 'queued 1', 2]);
    broken = false;
    const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve));
    bus.publish('crash');
    await clockless(clock, restarted);
    await clock.advanceAsync(60_000);
    for (const resolve of held) resolve();
    await clock.advanceAsync(60_000);
    assert.sameMembers(got, [1, 2, 'queued 2', 'late 2']);
    assert.deepEqual(bus.subscriptions().filter(({ waiting, paused }) => waiting || paused), []);
  });

  test('policies: the one event of a subscription that has ended is reported when the instance dies that was to retry it', async () => {
    const clock = virtualClock(), failures = [];
    const bus = create({ wasm: component, clock, onError: ({ error, event }) => failures.push([error.code, event.data]) });
    await bus.ready;
    bus.subscribe('a', () => { throw new Error('no'); }, { once: true, retry });
    bus.publish('a', 1);
    const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve));
    bus.publish('crash');
    await clockless(clock, restarted);
    await clock.advanceAsync(1000);
    assert.deepEqual(failures, [['TB_UNAVAILABLE', 1]]);
  });

  /** Waits for what depends on the page's real timers. */
  async function clockless(clock, promise) {
    await promise;
    await clock.advanceAsync(0);
  }
}
