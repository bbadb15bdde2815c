import { until } from './contract.mjs';

// The JavaScript API beyond the delivery contract.
export function api(test, assert, make, { TopicError, OptionError, ClosedError, createBus }) {
  const fails = (call, type, code) => {
    try {
      call();
    } catch (error) {
      assert.instanceOf(error, type);
      assert.equal(error.code, code);
      assert.equal(error.name, type.prototype.name);
      return error;
    }
    assert.fail('nothing was thrown');
  };
  const long = 'x'.repeat(255);

  test('a wrong topic is a typed error at the call, with reason and position', async () => {
    const bus = await make();
    for (const [topic, position, reason] of [
      ['', 0, /empty/], ['.a', 0, /empty token/], ['a..b', 2, /empty token/], ['a.', 2, /empty token/], ['a b', 1, /white space/],
      ['a.\t', 2, /control/], ['a\u0000', 1, /control/], ['a\u2003b', 1, /white space/], ['a.*', 2, /patterns/], ['>', 0, /patterns/], ['a*', 1, /patterns/],
      ['$bus.error', 0, /bus only/], ['$mine', 0, /bus only/], ['a\ud800', 1, /surrogate/], ['\udc00a', 0, /surrogate/], [`${long}x`, 255, /255 bytes/],
      ['é'.repeat(128), 127, /255 bytes/], [Array(33).fill('a').join('.'), 63, /32 tokens/], [undefined, 0, /string/], [null, 0, /string/], [{}, 0, /string/], [Symbol('a'), 0, /string/],
    ]) {
      const error = fails(() => bus.publish(topic), TopicError, 'TB_TOPIC');
      assert.equal(error.position, position, error.message);
      assert.match(error.reason, reason);
    }
    for (const topic of [long, Array(32).fill('a').join('.'), 'é'.repeat(127), '😀.a-b_c/d:e', '$'.padStart(2, 'a')]) bus.publish(topic);
  });

  test('a wrong pattern is a typed error at the call', async () => {
    const bus = await make();
    for (const pattern of ['', 'a..b', 'a.>.b', '>.a', 'a*', 'a.b>', '**', 'a b', undefined, 7]) fails(() => bus.subscribe(pattern, () => {}), TopicError, 'TB_TOPIC');
    for (const pattern of ['>', '*', '*.*', 'a.>', '*.>', '$bus.>', '$anything']) bus.subscribe(pattern, () => {})();
  });

  test('wrong arguments and unknown options are typed errors that name them', async () => {
    const bus = await make();
    for (const handler of [undefined, null, 'x', 1]) fails(() => bus.subscribe('a', handler), OptionError, 'TB_OPTION');
    for (const options of [{ once: 1 }, { signal: {} }, { filter: 'x' }, { name: 1 }, { owner: {} }, { onec: true }, null, 'x']) {
      const error = fails(() => bus.subscribe('a', () => {}, options), OptionError, 'TB_OPTION');
      if (options !== null && typeof options === 'object') assert.include(error.message, Object.keys(options)[0]);
    }
    for (const options of [{ id: 1 }, { traceparent: 'x' }, { version: {} }, { retain: true }]) fails(() => bus.publish('a', 1, options), OptionError, 'TB_OPTION');
    for (const options of [{ wasm: 1 }, { start: 'later' }, { maxPending: -1 }, { dev: 'yes' }, { onError: 1 }, { unknown: 1 }]) fails(() => createBus(options), OptionError, 'TB_OPTION');
    for (const overflow of [{ limit: 0 }, { limit: 1.5 }, { policy: 'block' }, 'x']) fails(() => bus.events('a', { overflow }), OptionError, 'TB_OPTION');
    fails(() => bus.use('x'), OptionError, 'TB_OPTION');
    assert.equal(bus.subscriptions().filter(({ side }) => side === 'script').length, 0);
  });

  test('once ends after the first event that passes the filter', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', (data) => { seen.push(data); bus.publish('a', 9); }, { once: true, filter: (data) => data > 1 });
    for (const data of [1, 2, 3]) bus.publish('a', data);
    assert.deepEqual(seen, [2]);
  });

  test('a handler may be an object, whose handleEvent is looked up at each call', async () => {
    const bus = await make(), seen = [];
    const handler = { handleEvent(data, event) { seen.push([this === handler, data, event.topic]); } };
    bus.subscribe('a', handler);
    bus.publish('a', 1);
    handler.handleEvent = (data) => seen.push(data);
    bus.publish('a', 2);
    assert.deepEqual(seen, [[true, 1, 'a'], 2]);
  });

  test('a handler has no this', async () => {
    const bus = await make();
    let self = 'unset';
    bus.subscribe('a', function () { self = this; });
    bus.publish('a');
    assert.isUndefined(self);
  });

  test('an event tells what it is and where it came from', async () => {
    const bus = await make({ name: 'shop' }), events = [];
    bus.subscribe('>', (_, event) => {
      events.push(event);
      if (event.topic === 'a') bus.publish('b', 2);
      if (event.topic === 'b') bus.publish('c', 3);
    });
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    bus.publish('a', 1, { subject: 's', key: 'k', version: 2, traceparent: trace });
    bus.publish('d', 4, { id: 'mine' });
    const [a, b, c, d] = events;
    assert.deepEqual([a.subject, a.key, a.version, a.dataschema, a.source], ['s', 'k', 2, undefined, 'shop']);
    assert.equal(new Set(events.map(({ id }) => id)).size, 4);
    assert.deepEqual([a.causationId, a.correlationId], [undefined, a.id]);
    assert.deepEqual([b.causationId, b.correlationId, c.causationId, c.correlationId], [a.id, a.id, b.id, a.id]);
    assert.deepEqual([b.traceparent, c.traceparent, d.traceparent], [trace, trace, undefined]);
    assert.deepEqual([d.id, d.causationId, d.correlationId], ['mine', undefined, 'mine']);
    assert.closeTo(a.time, Date.now(), 60_000);
    assert.equal(a.time, a.time);
  });

  test('the id that an interceptor reads stays, and is nobody else\'s', async () => {
    const bus = await make(), early = [], ids = [], correlations = [];
    bus.use((event, next) => {
      if (event.topic === 'a.early') early.push(event.id, event.correlationId);
      next();
    });
    bus.subscribe('a.>', (_, event) => {
      ids.push(event.id);
      correlations.push(event.correlationId);
    });
    for (const topic of ['a.early', 'a.late', 'a.early']) bus.publish(topic);
    assert.deepEqual(early, [ids[0], ids[0], ids[2], ids[2]]);
    assert.deepEqual(correlations, ids);
    assert.equal(new Set(ids).size, 3);
  });

  test('events() is an iterator that misses nothing and ends with its signal', async () => {
    const bus = await make(), controller = new AbortController(), seen = [];
    const events = bus.events('a.*', { signal: controller.signal });
    bus.publish('a.1', 1);
    bus.publish('b', 0);
    const reading = (async () => { for await (const event of events) seen.push(event.data); })();
    await until(() => seen.length === 1);
    bus.publish('a.2', 2);
    bus.publish('a.3', 3);
    controller.abort();
    bus.publish('a.4', 4);
    await reading;
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(bus.subscriptions().filter(({ side }) => side === 'script').length, 0);
  });

  test('leaving the loop of events() ends the subscription', async () => {
    const bus = await make();
    const events = bus.events('a');
    bus.publish('a', 1);
    for await (const event of events) { assert.equal(event.data, 1); break; }
    assert.equal(bus.subscriptions().filter(({ side }) => side === 'script').length, 0);
    assert.deepEqual(await events.next(), { value: undefined, done: true });
  });

  test('events() obeys its overflow policy, and drops are counted', async () => {
    for (const [policy, want, dropped] of [['drop-oldest', [3, 4], 2], ['drop-newest', [1, 2], 2], ['latest', [3, 4], 2]]) {
      const bus = await make(), events = bus.events('a', { overflow: { limit: 2, policy } });
      for (const data of [1, 2, 3, 4]) bus.publish('a', data);
      const got = [(await events.next()).value.data, (await events.next()).value.data];
      assert.deepEqual(got, want, policy);
      assert.equal(bus.stats().dropped, dropped, policy);
    }
    const bus = await make(), events = bus.events('a', { overflow: { limit: 1 } });
    for (const data of [1, 2, 3]) bus.publish('a', data);
    assert.equal((await events.next()).value.data, 1);
    const error = await events.next().catch((error) => error);
    assert.equal(error.code, 'TB_OVERFLOW');
    assert.deepEqual(await events.next(), { value: undefined, done: true });
    assert.equal(bus.stats().dropped, 1);
  });

  test('interceptors see, replace, drop and refuse what is published', async () => {
    const bus = await make(), seen = [], order = [];
    bus.subscribe('>', (data, { topic }) => seen.push([topic, data]));
    const remove = bus.use((event, next) => { order.push(1); next(event.topic === 'replace' ? 'new' : undefined); });
    bus.use((event, next) => {
      order.push(2);
      if (event.topic === 'refuse') throw new Error('refused');
      if (event.topic !== 'drop') next();
    });
    remove();
    bus.use((event, next) => event.topic === 'replace' ? next('new') : next());
    for (const topic of ['pass', 'replace', 'drop']) bus.publish(topic, 'old');
    assert.throws(() => bus.publish('refuse'), 'refused');
    assert.deepEqual(seen, [['pass', 'old'], ['replace', 'new']]);
    assert.deepEqual(order, [2, 2, 2, 2]);
    assert.equal(bus.stats().intercepted, 1);
  });

  test('an interceptor may let an event pass later, but only once', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', (data) => seen.push(data));
    let pass;
    bus.use((_, next) => { pass = next; });
    bus.publish('a', 1);
    assert.deepEqual(seen, []);
    pass();
    assert.deepEqual(seen, [1]);
    assert.throws(() => pass(), /one call/);
    assert.equal(bus.stats().intercepted, 0);
  });

  test('a topic handle publishes and subscribes', async () => {
    const bus = await make(), seen = [];
    const topic = bus.topic('cart.placed');
    const off = topic.subscribe((data, event) => seen.push([data, event.topic]));
    const events = topic.events();
    topic.publish(1);
    off();
    topic.publish(2);
    assert.deepEqual(seen, [[1, 'cart.placed']]);
    assert.equal((await events.next()).value.data, 1);
    assert.equal(topic.name, 'cart.placed');
    fails(() => bus.topic('a.*'), TopicError, 'TB_TOPIC');
  });

  test('inspection shows subscriptions, topics and counts', async () => {
    const bus = await make();
    bus.subscribe('z.*', () => {}, { name: 'zed' });
    bus.subscribe('z.a', () => {});
    const before = bus.stats();
    bus.publish('z.b');
    bus.publish('z.a');
    const after = bus.stats();
    assert.equal(after.published - before.published, 2);
    assert.equal(after.delivered - before.delivered, 3);
    assert.deepInclude(bus.subscriptions(), { pattern: 'z.*', name: 'zed', side: 'script', responder: false });
    assert.deepInclude(bus.topics(), { topic: 'z.a', subscribers: 2 });
    assert.deepInclude(bus.topics(), { topic: 'z.b', subscribers: 1 });
  });

  test('the cache of routes is bounded and stays exact', async () => {
    const bus = await make();
    let count = 0;
    for (let i = 0; i < 10_000; i++) bus.publish(`many.${i}`);
    assert.isAtMost(bus.stats().routes, 2048);
    bus.subscribe('many.*', () => count++);
    const off = bus.subscribe('many.5', () => count++);
    for (let i = 0; i < 10_000; i++) bus.publish(`many.${i}`);
    assert.equal(count, 10_001);
    off();
    bus.publish('many.5');
    assert.equal(count, 10_002);
  });

  test('close ends everything, and what comes after is a typed error', async () => {
    const bus = await make(), seen = [];
    const off = bus.subscribe('a', () => seen.push('subscriber'));
    const events = bus.events('a');
    const { target } = bus;
    target.addEventListener('a', () => seen.push('target'));
    await bus.close();
    fails(() => bus.publish('a'), ClosedError, 'TB_CLOSED');
    fails(() => bus.subscribe('a', () => {}), ClosedError, 'TB_CLOSED');
    fails(() => bus.events('a'), ClosedError, 'TB_CLOSED');
    fails(() => bus.use(() => {}), ClosedError, 'TB_CLOSED');
    off();
    assert.deepEqual(await events.next(), { value: undefined, done: true });
    assert.deepEqual(seen, []);
    const error = await bus.ready.catch((error) => error);
    assert.equal(error.code, 'TB_UNAVAILABLE');
    await bus.close();
  });

  test('two buses are isolated', async () => {
    const one = await make(), two = await make(), seen = [];
    one.subscribe('a', () => seen.push(1));
    two.subscribe('a', () => seen.push(2));
    two.publish('a');
    assert.deepEqual(seen, [2]);
  });
}
