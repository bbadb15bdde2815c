// Failure policies (D7) and idempotency (D8). `make` gives a bus with Go up, on the clock that it is given.
export function policies(test, assert, make, { virtualClock, settled, trolleybus }) {
  const { TrolleybusError, GoError } = trolleybus;
  const exact = { initial: 100, jitter: false };
  const start = async (options) => {
    const clock = virtualClock(), failures = [];
    const bus = await make({ clock, onError: (failure) => failures.push(failure), ...options });
    return { bus, clock, failures };
  };
  /** A handler that fails as often as `times` says, and notes when it was called. */
  const failing = (clock, times, log = []) => Object.assign((data) => {
    log.push([clock.now(), data]);
    if (log.length <= times) throw new Error(`no ${log.length}`);
  }, { log });

  test('D7 a failing handler is called again after pauses that grow, and nothing is reported once it succeeds', async () => {
    const { bus, clock, failures } = await start(), handler = failing(clock, 3);
    bus.subscribe('a', handler, { retry: { attempts: 5, backoff: { ...exact, factor: 3 } } });
    bus.publish('a', 1);
    await clock.advanceAsync(10_000);
    assert.deepEqual(handler.log, [[0, 1], [100, 1], [400, 1], [1300, 1]]);
    assert.deepEqual([failures, bus.deadLetters()], [[], []]);
    assert.include(bus.stats(), { retried: 3, dead: 0, failed: 0, delivered: 1 });
  });

  test('D7 so is one whose promise is rejected, and pauses have an end', async () => {
    const { bus, clock } = await start(), handler = failing(clock, 4);
    bus.subscribe('*', async (data) => handler(data), { retry: { attempts: 5, backoff: { ...exact, max: 150 } } });
    bus.publish('a', 1);
    await clock.advanceAsync(10_000);
    assert.deepEqual(handler.log.map(([at]) => at), [0, 100, 250, 400, 550]);
  });

  test('D7 jitter takes a random part of each pause', async () => {
    const { bus, clock } = await start({ random: () => 0.25 }), handler = failing(clock, 2);
    bus.subscribe('a', handler, { retry: { attempts: 3, backoff: { initial: 100 } } });
    bus.publish('a');
    await clock.advanceAsync(1000);
    assert.deepEqual(handler.log.map(([at]) => at), [0, 25, 75]);
  });

  test('D7 what fails for good is a dead letter, told of once, with all that is known of it', async () => {
    const { bus, clock, failures } = await start(), dead = [];
    bus.subscribe('$bus.dead.>', (letter, event) => dead.push([event.topic, letter]));
    bus.subscribe('stock.*', async () => { throw Object.assign(new Error('no stock'), { code: 'STOCK' }); }, { name: 'stock', retry: { attempts: 2, backoff: exact } });
    bus.publish('stock.taken', { id: 'A' }, { id: 'e-1', key: 'k' });
    await clock.advanceAsync(1000);
    assert.lengthOf(dead, 1);
    const [[topic, letter]] = dead;
    assert.equal(topic, '$bus.dead.stock.taken');
    const { id, event, error, firstAt, lastAt, ...rest } = letter;
    assert.deepEqual(rest, { topic: 'stock.taken', pattern: 'stock.*', subscription: 'stock', attempts: 2, redrives: 0 });
    assert.deepEqual([event.id, event.key, event.data, error.message, error.code], ['e-1', 'k', { id: 'A' }, 'no stock', 'STOCK']);
    assert.deepEqual([firstAt, lastAt], [clock.date() - 1000, clock.date() - 900]);
    assert.deepEqual(bus.deadLetters().map((l) => [l.id, l.error]), [[id, error]]);
    assert.deepEqual([bus.deadLetters('stock.>').length, bus.deadLetters('cart.>').length], [1, 0]);
    assert.deepEqual(failures, []);
    assert.include(bus.stats(), { dead: 1, retried: 1, failed: 0, delivered: 1 });
  });

  test('D7 later events do not wait for one that is retried, unless they have its key', async () => {
    const { bus, clock } = await start(), log = [];
    const handler = (name) => ({ n, fails }) => {
      log.push(`${name}${n}`);
      if (fails && log.filter((entry) => entry === `${name}${n}`).length < 2) throw new Error('not yet');
    };
    bus.subscribe('a', handler('free '), { retry: { backoff: exact } });
    bus.subscribe('a', handler('keyed '), { retry: { backoff: exact, key: ({ of }) => of } });
    bus.subscribe('a', handler('by '), { retry: { backoff: exact, key: true } });
    for (const [n, of, fails] of [[1, 'x', true], [2, 'x'], [3, 'y']]) bus.publish('a', { n, of, fails }, { key: of });
    await clock.advanceAsync(1000);
    const of = (name) => log.filter((entry) => entry.startsWith(name)).map((entry) => entry.slice(name.length)).join(' ');
    assert.deepEqual([of('free '), of('keyed '), of('by ')], ['1 2 3 1', '1 3 1 2', '1 3 1 2']);
  });

  test('D7 an error that is not worth another attempt is dead at once, and so where that cannot be told', async () => {
    const { bus, clock } = await start(), calls = [];
    bus.subscribe('a', (data) => { calls.push(data); throw new TypeError('never'); }, { retry: { retryable: (error) => !(error instanceof TypeError) } });
    bus.subscribe('a', (data) => { calls.push(data); throw new Error('who knows'); }, { retry: { retryable: () => { throw new Error('hostile'); } } });
    bus.publish('a', 1);
    await clock.advanceAsync(100_000);
    assert.deepEqual(calls, [1, 1]);
    assert.deepEqual(bus.deadLetters().map(({ attempts, error }) => [attempts, error.message]), [[1, 'never'], [1, 'who knows']]);
  });

  test('D7 an attempt that takes too long is cancelled and has failed, and what it says later counts no more', async () => {
    const { bus, clock, failures } = await start(), aborted = [], late = [];
    bus.subscribe('a', (_, { signal }) => new Promise((_, reject) => {
      signal.addEventListener('abort', () => aborted.push([clock.now(), signal.reason.code]));
      late.push(reject);
    }), { name: 'slow', timeout: 50, retry: { attempts: 2, backoff: exact } });
    bus.publish('a');
    await clock.advanceAsync(1000);
    for (const reject of late) reject(new Error('too late'));
    await settled();
    assert.deepEqual(aborted, [[50, 'TB_TIMEOUT'], [200, 'TB_TIMEOUT']]);
    assert.deepEqual(bus.deadLetters().map(({ error, attempts }) => [error.code, attempts]), [['TB_TIMEOUT', 2]]);
    assert.deepEqual(failures, []);
  });

  test('D4 a time-out without retry is reported once, and a quick handler is left alone', async () => {
    const { bus, clock, failures } = await start(), done = [];
    bus.subscribe('a', () => new Promise(() => {}), { timeout: 50 });
    bus.subscribe('a', async () => done.push(1), { timeout: 50 });
    bus.subscribe('a', () => done.push(2), { timeout: 50 });
    bus.publish('a');
    await clock.advanceAsync(1000);
    assert.deepEqual(failures.map(({ error, topic }) => [error.code, topic]), [['TB_TIMEOUT', 'a']]);
    assert.deepEqual(done, [1, 2]);
    assert.equal(clock.pending, 0);
  });

  test('D7 the day may change by a year while a handler waits for its next attempt', async () => {
    const { bus, clock } = await start(), handler = failing(clock, 2);
    bus.subscribe('a', handler, { retry: { backoff: exact }, dedupe: { window: 1000 } });
    bus.publish('a', 1, { id: 'x' });
    await clock.advanceAsync(50);
    clock.jump(-365 * 24 * 3600_000);
    bus.publish('a', 1, { id: 'x' });
    await clock.advanceAsync(400);
    assert.deepEqual(handler.log.map(([at]) => at), [0, 100, 300]);
  });

  test('D7 dead letters are redriven: one, all of a pattern, at a rate, or to another topic', async () => {
    const { bus, clock } = await start(), log = [];
    let broken = true;
    bus.subscribe('a.*', (data) => { if (broken) throw new Error('broken'); log.push([clock.now(), data]); }, { retry: { attempts: 1 } });
    for (let i = 0; i < 5; i++) bus.publish(`a.${i}`, i);
    bus.subscribe('b', (data, { causationId }) => log.push([data, causationId]));
    broken = false;
    const letters = bus.deadLetters();
    assert.deepEqual(letters.map(({ event }) => event.data), [0, 1, 2, 3, 4]);
    assert.equal(bus.redrive(letters[2].id), 1);
    await clock.advanceAsync(0);
    assert.equal(bus.redrive('a.3', { to: 'b' }), 1);
    await clock.advanceAsync(0);
    assert.equal(bus.discard('a.4'), 1);
    assert.equal(bus.redrive('a.>', { rate: 10 }), 2);
    await clock.advanceAsync(1000);
    assert.deepEqual(log, [[0, 2], [3, letters[3].event.id], [0, 0], [100, 1]]);
    assert.deepEqual([bus.deadLetters(), bus.redrive('a.>'), bus.discard('nobody.*')], [[], 0, 0]);
    assert.include(bus.stats(), { dead: 5, redriven: 4 });
  });

  test('D7 a loop of redriving is cut, and the page lives', async () => {
    const { bus, clock, failures } = await start();
    let calls = 0;
    bus.subscribe('a', () => { calls++; throw new Error('always'); }, { retry: { attempts: 1 } });
    bus.subscribe('$bus.dead.a', ({ id }) => bus.redrive(id));
    bus.publish('a');
    await clock.advanceAsync(1000);
    assert.equal(calls, 1001);
    assert.deepEqual(failures.map(({ error }) => error.code), ['TB_RECURSION']);
    assert.lengthOf(bus.deadLetters(), 1);
  });

  test('D7 what waits for its next attempt when the subscription ends is a dead letter, which its successor can have', async () => {
    const { bus, clock } = await start(), got = [];
    const off = bus.subscribe('a', () => { throw new Error('going'); }, { name: 'n', retry: { backoff: exact } });
    bus.publish('a', 7);
    off();
    assert.deepEqual(bus.deadLetters().map(({ attempts }) => attempts), [1]);
    assert.equal(bus.redrive('a'), 0, 'nobody is there');
    bus.subscribe('a', (data) => got.push(data), { name: 'n', retry: {} });
    assert.equal(bus.redrive('a'), 1);
    await clock.advanceAsync(1000);
    assert.deepEqual(got, [7]);
  });

  test('D7 events that Go published are retried as well', async () => {
    const { bus, clock } = await start(), log = [];
    bus.subscribe('a', () => log.push('first'));
    bus.subscribe('a', (data, event) => { log.push(data); if (log.length < 4) throw new Error('no'); return event; }, { retry: { backoff: exact } });
    bus.publish('a', { x: 1 });
    await clock.advanceAsync(1000);
    assert.deepEqual(log, ['first', { x: 1 }, { x: 1 }, { x: 1 }]);
  });

  test('D7 what is thrown may be anything', async () => {
    const { bus, clock } = await start();
    const hostile = new Proxy({}, { get() { throw new Error('hostile'); }, getPrototypeOf() { throw new Error('hostile'); } });
    for (const thrown of [undefined, null, 7, 'text', Symbol('s'), hostile, Object.create(null)]) {
      const off = bus.subscribe('a', () => { throw thrown; }, { retry: { attempts: 2, backoff: exact } });
      bus.publish('a');
      await clock.advanceAsync(1000);
      off();
      const [letter] = bus.deadLetters();
      assert.strictEqual(letter.error, thrown);
      assert.equal(bus.discard(letter.id), 1);
    }
  });

  test('D8 an id is handled once per subscription', async () => {
    const { bus } = await start(), once = [], all = [];
    bus.subscribe('a', (data) => once.push(data), { dedupe: {} });
    bus.subscribe('a', (data) => all.push(data));
    bus.publish('a', 1, { id: 'x' });
    bus.publish('a', 2, { id: 'x' });
    bus.publish('a', 3, { id: 'y' });
    bus.publish('a', 4);
    bus.publish('a', 5);
    assert.deepEqual([once, all], [[1, 3, 4, 5], [1, 2, 3, 4, 5]]);
    assert.equal(bus.stats().deduped, 1);
  });

  test('D8 an id that the bus gave counts when somebody sends it again', async () => {
    const { bus } = await start(), got = [], ids = [];
    bus.subscribe('a', (data, { id }) => { got.push(data); ids.push(id); }, { dedupe: {} });
    bus.publish('a', 1);
    bus.publish('a', 2, { id: ids[0] });
    assert.deepEqual(got, [1]);
  });

  test('D8 a key function instead of the id; events without one are all handled', async () => {
    const { bus } = await start(), got = [];
    bus.subscribe('>', ({ n }) => got.push(n), { dedupe: { key: ({ of }) => of } });
    for (const [n, of] of [[1, 'x'], [2, 'x'], [3, ''], [4, ''], [5, 'ü\0']]) bus.publish('a', { n, of });
    bus.publish('b', { n: 6, of: 'ü\0' });
    assert.deepEqual(got, [1, 3, 4, 5]);
  });

  test('D8 D9 a key function of a queue group, and of an event that is redriven', async () => {
    const { bus, clock } = await start(), got = [];
    const key = ({ of }) => of;
    for (let i = 0; i < 2; i++) bus.subscribe('job', ({ n }) => got.push(n), { queue: 'w', dedupe: { key } });
    let fails = true;
    bus.subscribe('a', ({ n }) => { if (fails) throw new Error('no'); got.push(n); }, { retry: { attempts: 1 }, dedupe: { key } });
    bus.subscribe('b', ({ n }) => got.push(n), { dedupe: { key } });
    const publish = (topic, n, of) => bus.publish(topic, { n, of });
    publish('a', 1, 'x');
    publish('b', 2, 'y');
    for (const [n, of] of [[3, 'v'], [4, 'w'], [5, 'v'], [6, 'w'], [7, 'z']]) publish('job', n, of);
    fails = false;
    assert.equal(bus.redrive('a'), 1);
    await clock.advanceAsync(0);
    publish('a', 8, 'x');
    publish('a', 9, 'y');
    assert.deepEqual([got, bus.stats().deduped], [[2, 3, 4, 7, 1, 9], 3]);
  });

  test('D8 D9 a key function that throws fails the member, not the publisher', async () => {
    const errors = [];
    const { bus } = await start({ onError: ({ error }) => errors.push(error.message) }), got = [];
    bus.subscribe('job', ({ n }) => got.push(n), { queue: 'w', dedupe: { key: ({ n }) => { if (n === 1) throw new Error('no key'); return String(n); } } });
    bus.publish('job', { n: 1 });
    bus.publish('job', { n: 2 });
    assert.deepEqual([got, errors.length], [[2], 1]);
    assert.match(errors[0], /no key/);
  });

  test('D7 D8 D10 a key that is no text is a failure, and no two of them are taken for one', async () => {
    for (const [name, options] of Object.entries({ 'dedupe.key': (key) => ({ dedupe: { key } }), 'retry.key': (key) => ({ retry: { key } }), coalesce: (key) => ({ concurrency: 1, coalesce: key }) })) {
      const errors = [], got = [];
      const { bus, clock } = await start({ onError: ({ error, event }) => errors.push([error.code, error.message.startsWith(`${name}: expected a string`), event.data.n]) });
      bus.subscribe('a', ({ n }) => { got.push(n); }, options(({ key }) => key));
      [{}, [], Object(Symbol('x')), Symbol('x'), () => {}, 'a\ud800'].forEach((key, i) => bus.publish('a', { n: `bad ${i}`, key }));
      for (const key of [1, 2n, true, 'text', undefined, null, '']) bus.publish('a', { n: 'good', key });
      await clock.advanceAsync(1000);
      assert.deepEqual(errors, Array.from({ length: 6 }, (_, i) => ['TB_OPTION', true, `bad ${i}`]), name);
      assert.deepEqual(got.filter((n) => n !== 'good'), [], name);
      assert.ok(got.length >= 5, name);
    }
  });

  test('D8 the window ends by time and by count', async () => {
    const { bus, clock } = await start(), timed = [], counted = [];
    bus.subscribe('a', (data) => timed.push(data), { dedupe: { window: 1000 } });
    bus.subscribe('a', (data) => counted.push(data), { dedupe: { max: 2 } });
    const publish = (n, id) => bus.publish('a', n, { id });
    publish(1, 'x');
    clock.advance(999);
    publish(2, 'x');
    clock.advance(1);
    publish(3, 'x');
    publish(4, 'y');
    publish(5, 'z');
    publish(6, 'x');
    assert.deepEqual([timed, counted], [[1, 3, 4, 5], [1, 4, 5, 6]]);
  });

  test('D8 what failed for good may come again, and a redriven one is not taken for a duplicate', async () => {
    const { bus, clock } = await start(), got = [];
    let broken = true;
    bus.subscribe('a', (data) => { if (broken) throw new Error('broken'); got.push(data); }, { retry: { attempts: 1 }, dedupe: {} });
    bus.publish('a', 1, { id: 'x' });
    bus.publish('a', 2, { id: 'y' });
    broken = false;
    bus.publish('a', 3, { id: 'x' });
    const [, second] = bus.deadLetters();
    assert.equal(bus.redrive(second.id), 1);
    await clock.advanceAsync(0);
    bus.publish('a', 4, { id: 'y' });
    assert.deepEqual(got, [3, 2]);
  });

  test('10,000 events to handlers that fail at random: each is handled once or a dead letter once', async () => {
    const { bus, clock, failures } = await start({ random: () => 0.5 });
    let seed = 7;
    const random = () => (seed = seed * 48271 % 2147483647) / 2147483647;
    const handled = new Map(), dead = new Map();
    bus.subscribe('load.*', async (n) => {
      if (random() < 0.5) await null;
      if (random() < 0.4) throw new Error('by chance');
      handled.set(n, (handled.get(n) ?? 0) + 1);
    }, { retry: { attempts: 3, backoff: { initial: 10, max: 40 } } });
    bus.subscribe('$bus.dead.>', ({ event: { data } }) => dead.set(data, (dead.get(data) ?? 0) + 1));
    for (let n = 0; n < 10_000; n++) {
      bus.publish(`load.${n % 10}`, n);
      if (n % 1000 === 999) await clock.advanceAsync(5);
    }
    await clock.advanceAsync(10_000);
    assert.equal(handled.size + dead.size, 10_000);
    assert.isTrue([...handled.values(), ...dead.values()].every((count) => count === 1));
    assert.isAbove(dead.size, 400);
    assert.include(bus.stats(), { dead: dead.size, failed: 0 });
    assert.lengthOf(bus.deadLetters(), Math.min(1000, dead.size));
    assert.deepEqual(failures, []);
  });

  test('wrong policies are typed errors at the call that say what is wrong', async () => {
    const { bus } = await start(), { subscriptions } = bus.stats();
    for (const [options, message] of [
      [{ retry: 3 }, /retry/], [{ retry: { attempts: 0 } }, /attempts/], [{ retry: { attempts: 1.5 } }, /attempts/], [{ retry: { backoff: { initial: -1 } } }, /initial/],
      [{ retry: { backoff: { factor: 0.5 } } }, /factor/], [{ retry: { delay: 5 } }, /delay/], [{ retry: { retryable: true } }, /retryable/],
      [{ timeout: 0 }, /timeout/], [{ timeout: NaN }, /timeout/], [{ timeout: '5' }, /timeout/], [{ dedupe: true }, /dedupe/], [{ dedupe: { max: 0 } }, /max/], [{ dedupe: { key: 'id' } }, /key/],
    ]) {
      const error = thrown(() => bus.subscribe('a', () => {}, options));
      assert.instanceOf(error, TrolleybusError);
      assert.deepEqual([error.code, message.test(error.message)], ['TB_OPTION', true], error.message);
    }
    for (const call of [() => bus.deadLetters('a..b'), () => bus.redrive('a b'), () => bus.discard('>.a'), () => bus.redrive('a', { to: '$bus.x' })]) {
      assert.equal(thrown(call).code, 'TB_TOPIC');
    }
    assert.equal(thrown(() => bus.redrive('a', { rate: -1 })).code, 'TB_OPTION');
    assert.instanceOf(new GoError('TB_GO', 'x'), TrolleybusError);
    assert.equal(bus.stats().subscriptions, subscriptions);
  });

  function thrown(call) {
    try {
      call();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  }
}
