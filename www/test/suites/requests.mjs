import { times } from './effort.mjs';

// Requests and their responders in JavaScript: the same before Go is up and after.
export function requests(test, assert, make, { TimeoutError, NoRespondersError, RemoteError, ClosedError, TopicError, OptionError, RecursionError, RequestEvent, TrolleybusError }) {
  const rejects = async (promise, type, code) => {
    const error = await promise.then((value) => assert.fail(`resolved to ${String(value)}`), (error) => error);
    assert.instanceOf(error, type);
    if (code !== undefined) assert.equal(error.code, code);
    return error;
  };
  const clock = () => {
    const timers = new Set();
    let now = 0;
    return {
      timers,
      now: () => now,
      date: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      advance(ms) {
        now += ms;
        for (const timer of [...timers].sort((a, b) => a.at - b.at)) if (timer.at <= now && timers.delete(timer)) timer.run();
      },
    };
  };
  const never = () => new Promise(() => {});
  const failing = async (options) => {
    const failures = [], bus = await make({ ...options, onError: ({ error, name }) => failures.push([error.message, name]) });
    return { bus, failures };
  };

  test('request: a responder answers with a value or a promise', async () => {
    const bus = await make(), reply = { any: () => {} };
    const off = bus.respond('sum', ({ a, b }, event) => {
      assert.instanceOf(event, RequestEvent);
      assert.equal(event.topic, 'sum');
      return a + b;
    });
    bus.respond('slow.*', async (data) => ({ data }));
    bus.respond('same', { handleEvent: () => reply });
    bus.respond('nothing', () => {});
    assert.equal(await bus.request('sum', { a: 1, b: 2 }), 3);
    assert.deepEqual(await bus.request('slow.one', 1), { data: 1 });
    assert.strictEqual(await bus.request('same'), reply);
    assert.strictEqual(await bus.request('nothing'), undefined);
    off();
    await rejects(bus.request('sum', { a: 1, b: 2 }), NoRespondersError, 'TB_NO_RESPONDERS');
    assert.equal(bus.stats().pending, 0);
    assert.equal(bus.stats().requests, 5);
  });

  test('request: without a responder it fails at once, and subscribers get it all the same', async () => {
    const time = clock(), bus = await make({ clock: time }), seen = [];
    bus.subscribe('>', (data, { topic }) => seen.push([topic, data]));
    const error = await rejects(bus.request('price.get', 7), NoRespondersError, 'TB_NO_RESPONDERS');
    assert.include(error.message, 'price.get');
    assert.deepEqual(seen, [['price.get', 7]]);
    assert.equal(time.timers.size, 0);
  });

  test('request: responders get requests only, in the order of all subscribers', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', () => seen.push('before'));
    bus.respond('a', () => { seen.push('answer'); return 1; }, { name: 'answers' });
    bus.subscribe('*', () => seen.push('after'));
    bus.publish('a');
    assert.deepEqual(seen.splice(0), ['before', 'after']);
    assert.equal(await bus.request('a'), 1);
    assert.deepEqual(seen, ['before', 'answer', 'after']);
    assert.deepEqual(bus.subscriptions().filter(({ side }) => side === 'script').map(({ pattern, name, responder }) => [pattern, name, responder]),
      [['a', undefined, false], ['a', 'answers', true], ['*', undefined, false]]);
  });

  test('D1 request: from a handler it waits its turn, and the handler may await it', async () => {
    const bus = await make(), seen = [];
    bus.respond('ask', () => { seen.push('asked'); return 'answer'; });
    let handled;
    bus.subscribe('a', () => {
      const reply = bus.request('ask');
      bus.publish('b');
      seen.push('a');
      handled = reply.then((reply) => seen.push(reply));
    });
    bus.subscribe('*', (_, { topic, causationId }) => seen.push(topic, causationId !== undefined));
    bus.publish('a');
    assert.deepEqual(seen, ['a', 'a', false, 'asked', 'ask', true, 'b', true]);
    await handled;
    assert.equal(seen.at(-1), 'answer');
  });

  test('D2 request: who responds is fixed when its delivery begins', async () => {
    const bus = await make();
    let late, gone;
    const off = bus.respond('gone', () => 1);
    bus.subscribe('a', () => {
      late = bus.request('late');
      gone = bus.request('gone');
      bus.respond('late', () => 'there in time');
      off();
    });
    bus.publish('a');
    assert.equal(await late, 'there in time');
    await rejects(gone, NoRespondersError);
    bus.subscribe('self', () => bus.respond('self', () => 'added during it'), { once: true });
    await rejects(bus.request('self'), NoRespondersError);
    assert.equal(await bus.request('self'), 'added during it');
  });

  test('request: the first reply wins, and nobody is asked after it', async () => {
    const { bus, failures } = await failing(), asked = [];
    let resolve;
    bus.respond('a', () => { asked.push(1); return new Promise((done) => { resolve = done; }); });
    bus.respond('a', () => { asked.push(2); throw new Error('second'); }, { name: 'second' });
    bus.respond('a', () => { asked.push(3); return 'third'; });
    bus.respond('a', () => { asked.push(4); });
    assert.equal(await bus.request('a'), 'third');
    resolve('first');
    assert.deepEqual(asked, [1, 2, 3]);
    assert.deepEqual(failures, [['second', 'second']]);
  });

  test('request: where all fail the first failure is the requester\'s, with its code, and the others are reported', async () => {
    const { bus, failures } = await failing();
    const cause = Object.assign(new Error('out of stock'), { code: 'E_STOCK' });
    bus.respond('one', async () => { throw cause; });
    const error = await rejects(bus.request('one'), RemoteError, 'E_STOCK');
    assert.strictEqual(error.cause, cause);
    assert.include(error.message, 'out of stock');
    assert.equal(error.name, 'RemoteError');
    assert.instanceOf(error, TrolleybusError);
    assert.deepEqual(failures, []);
    bus.respond('two', () => { throw 'text'; });
    bus.respond('two', () => Promise.reject(new Error('later')), { name: 'later' });
    assert.equal((await rejects(bus.request('two'), RemoteError, 'TB_REMOTE')).cause, 'text');
    assert.deepEqual(failures, [['later', 'later']]);
    const hostile = { get code() { throw new Error('hostile'); } };
    bus.respond('three', () => { throw hostile; });
    assert.strictEqual((await rejects(bus.request('three'), RemoteError, 'TB_REMOTE')).cause, hostile);
    bus.respond('four', () => ({ get then() { throw cause; } }));
    await rejects(bus.request('four'), RemoteError, 'E_STOCK');
  });

  test('request: time-out by the clock, and the responder hears of it', async () => {
    const time = clock(), { bus, failures } = await failing({ clock: time });
    let signal, fail;
    bus.respond('a', (_, event) => {
      ({ signal } = event);
      return new Promise((_, reject) => { fail = reject; });
    }, { name: 'late' });
    const reply = bus.request('a', 1, { timeout: 100 }), rejected = rejects(reply, TimeoutError, 'TB_TIMEOUT');
    assert.equal(bus.stats().pending, 1);
    time.advance(99);
    assert.equal(signal.aborted, false);
    time.advance(1);
    const error = await rejected;
    assert.equal(signal.aborted, true);
    assert.strictEqual(signal.reason, error);
    assert.equal(bus.stats().pending, 0);
    fail(new Error('too late'));
    await Promise.resolve().then();
    await Promise.resolve();
    assert.deepEqual(failures, [['too late', 'late']]);
    const byDefault = rejects(bus.request('a'), TimeoutError);
    time.advance(29_999);
    assert.equal(bus.stats().pending, 1);
    time.advance(1);
    await byDefault;
    assert.equal(time.timers.size, 0);
  });

  test('request: a signal gives it up, before or while it waits', async () => {
    const time = clock(), bus = await make({ clock: time }), reason = new Error('changed my mind');
    let event;
    bus.respond('a', (_, asked) => { event = asked; return never(); });
    const gone = AbortSignal.abort(reason);
    assert.strictEqual(await rejects(bus.request('a', 1, { signal: gone }), Error), reason);
    assert.equal(event, undefined);
    const controller = new AbortController(), reply = rejects(bus.request('a', 1, { signal: controller.signal }), Error);
    controller.abort(reason);
    assert.strictEqual(await reply, reason);
    assert.equal(event.signal.aborted, true);
    assert.equal(time.timers.size, 0);
    assert.equal(bus.stats().pending, 0);
  });

  test('request: given up while it was queued, it asks nobody', async () => {
    const bus = await make(), controller = new AbortController();
    let asked = 0, reply;
    bus.respond('ask', () => asked++);
    bus.subscribe('a', () => {
      reply = rejects(bus.request('ask', 1, { signal: controller.signal }), Error);
      controller.abort();
    });
    bus.publish('a');
    assert.equal((await reply).name, 'AbortError');
    assert.equal(asked, 0);
  });

  test('request: gather', async () => {
    const time = clock(), { bus, failures } = await failing({ clock: time });
    bus.respond('a', () => 1);
    bus.respond('a', async () => 2);
    bus.respond('a', () => { throw new Error('three'); }, { name: 'three' });
    assert.deepEqual(await bus.request('a', 0, { gather: {} }), [1, 2]);
    assert.deepEqual(failures.splice(0), [['three', 'three']]);
    assert.deepEqual(await bus.request('a', 0, { gather: { max: 1 } }), [1]);
    bus.respond('a', never);
    const some = bus.request('a', 0, { gather: { within: 50 } });
    await new Promise((done) => setTimeout(done));
    time.advance(50);
    assert.deepEqual(await some, [1, 2]);
    assert.deepEqual(failures.splice(0), [['three', 'three']]);
    const late = rejects(bus.request('a', 0, { timeout: 10, gather: {} }), TimeoutError);
    time.advance(10);
    await late;
    bus.respond('none', never);
    const none = bus.request('none', 0, { gather: { max: 3, within: 5 } });
    time.advance(5);
    assert.deepEqual(await none, []);
    bus.respond('bad', () => { throw new Error('bad'); });
    await rejects(bus.request('bad', 0, { gather: {} }), RemoteError);
    await rejects(bus.request('nobody', 0, { gather: {} }), NoRespondersError);
    assert.equal(time.timers.size, 0);
  });

  test('request: interceptors see it, change it, refuse it', async () => {
    const time = clock(), bus = await make({ clock: time });
    bus.respond('a', (data) => data);
    const off = bus.use((event, next) => {
      if (event.data === 'refuse') throw new TypeError('refused');
      if (event.data !== 'drop') next(event.data === 'change' ? 'changed' : event.data);
    });
    assert.equal(await bus.request('a', 'change'), 'changed');
    await rejects(bus.request('a', 'refuse'), TypeError);
    const dropped = rejects(bus.request('a', 'drop', { timeout: 5 }), TimeoutError);
    time.advance(5);
    await dropped;
    off();
    assert.equal(await bus.request('a', 'change'), 'change');
  });

  test('request: options of responders are those of subscribers', async () => {
    const bus = await make(), controller = new AbortController();
    bus.respond('a', () => 'once', { once: true, filter: (data) => data === 'this' });
    bus.publish('a', 'this');
    await rejects(bus.request('a', 'that'), NoRespondersError);
    assert.equal(await bus.request('a', 'this'), 'once');
    await rejects(bus.request('a', 'this'), NoRespondersError);
    bus.respond('b', () => 1, { signal: controller.signal });
    assert.equal(await bus.request('b'), 1);
    controller.abort();
    await rejects(bus.request('b'), NoRespondersError);
  });

  test('request: wrong arguments are rejections with a code', async () => {
    const bus = await make();
    for (const topic of ['', 'a.*', '$bus.error', undefined, 7]) await rejects(bus.request(topic), TopicError, 'TB_TOPIC');
    for (const options of [{ timeout: 0 }, { timeout: 'x' }, { signal: {} }, { gather: 1 }, { gather: { max: 0 } }, { gather: { within: -1 } }, { id: 'x' }, null, 'x']) {
      await rejects(bus.request('a', 1, options), OptionError, 'TB_OPTION');
    }
    assert.throws(() => bus.respond('a..b', () => {}), TopicError);
    assert.throws(() => bus.respond('a', 'x'), OptionError);
    assert.equal(bus.stats().pending, 0);
  });

  test('D5 request: an endless chain of requests is cut', async () => {
    const { bus, failures } = await failing();
    bus.respond('loop', () => { bus.request('loop').catch((error) => failures.push(error)); return 1; });
    assert.equal(await bus.request('loop'), 1);
    await Promise.resolve();
    assert.equal(failures.length, 1);
    assert.instanceOf(failures[0], RecursionError);
  });

  test('request: close rejects those that wait', async () => {
    const time = clock(), bus = await make({ clock: time });
    let signal;
    bus.respond('a', (_, event) => { ({ signal } = event); return never(); });
    const reply = rejects(bus.request('a'), ClosedError, 'TB_CLOSED');
    await bus.close();
    await reply;
    assert.equal(signal.aborted, true);
    assert.equal(time.timers.size, 0);
    await rejects(bus.request('a'), ClosedError, 'TB_CLOSED');
    assert.throws(() => bus.respond('a', never), ClosedError);
  });

  test('request: thousands that are never answered leave nothing behind', async () => {
    const time = clock(), bus = await make({ clock: time });
    bus.respond('a', never);
    const rounds = times(100);
    let timedOut = 0;
    for (let i = 0; i < rounds; i++) {
      const replies = [];
      for (let k = 0; k < 1000; k++) replies.push(bus.request('a', i, { timeout: 10 }).catch(() => timedOut++));
      assert.equal(bus.stats().pending, 1000);
      time.advance(10);
      await Promise.all(replies);
    }
    assert.equal(timedOut, rounds * 1000);
    assert.equal(bus.stats().pending, 0);
    assert.equal(time.timers.size, 0);
  });
}
