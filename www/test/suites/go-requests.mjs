import { until } from './contract.mjs';

// Requests between JavaScript and components in Go. `make` makes a bus with www/browser/component that is up;
// `create` one that is being loaded.
export function goRequests(test, assert, make, create, component) {
  const rejects = async (promise, code) => {
    const error = await promise.then((value) => assert.fail(`resolved to ${String(value)}`), (error) => error);
    assert.equal(error.code, code, error.message);
    return error;
  };
  const failing = async (options) => {
    const failures = [];
    return { failures, bus: await make({ ...options, onError: ({ error, topic }) => failures.push([error.code, topic]) }) };
  };
  const never = () => new Promise(() => {});

  test('requests: JavaScript asks Go', async () => {
    const { bus, failures } = await failing();
    assert.deepEqual(await bus.request('go.order', { id: 'a', items: 1 }), { id: 'a', items: 2 });
    assert.equal(await bus.request('go.slow', 'later'), 'later');
    const data = { self: null, any: () => {} };
    data.self = data;
    assert.strictEqual(await bus.request('go.echo.it', data), data);
    assert.include((await rejects(bus.request('go.fail'), 'E_STOCK')).message, 'out of stock');
    await rejects(bus.request('go.error'), 'TB_REMOTE');
    await rejects(bus.request('go.panic'), 'TB_PANIC');
    await rejects(bus.request('go.big'), 'TB_PAYLOAD');
    await rejects(bus.request('go.order', 10n), 'TB_PAYLOAD');
    await rejects(bus.request('go.nobody'), 'TB_NO_RESPONDERS');
    assert.deepEqual(failures, []);
  });

  test('requests: responders of Go are shown, ended by their options, and get requests only', async () => {
    const { bus, failures } = await failing();
    assert.deepInclude(bus.subscriptions(), { pattern: 'go.once', name: 'once', side: 'go', responder: true });
    bus.publish('go.once');
    bus.publish('go.panic');
    assert.equal(await bus.request('go.once'), 'once');
    await rejects(bus.request('go.once'), 'TB_NO_RESPONDERS');
    assert.deepEqual(failures, []);
  });

  test('requests: Go asks JavaScript', async () => {
    const { bus, failures } = await failing(), asked = [];
    bus.subscribe('asked', (data) => asked.push(data));
    const ask = async (topic, how = 'go.ask') => {
      bus.publish(how, topic);
      await until(() => asked.length > 0);
      return asked.pop();
    };
    bus.respond('js.echo', (data) => data);
    bus.respond('js.slow', async ({ n }) => n + 1);
    bus.respond('js.fail', () => { throw Object.assign(new Error('sold out'), { code: 'E_SOLD' }); });
    bus.respond('js.big', () => 10n);
    bus.respond('js.never', never);
    assert.deepEqual(await ask('js.echo'), { n: 1 });
    assert.equal(await ask('js.slow'), 2);
    const failed = await ask('js.fail');
    assert.equal(failed.code, 'E_SOLD');
    assert.match(failed.error, /sold out/);
    assert.equal((await ask('js.big')).code, 'TB_PAYLOAD');
    assert.equal((await ask('js.never')).code, 'TB_TIMEOUT');
    assert.equal((await ask('js.nobody')).code, 'TB_NO_RESPONDERS');
    assert.equal((await ask('not a topic')).code, 'TB_TOPIC');
    bus.respond('js.echo', async () => 'second');
    assert.deepEqual(await ask('js.echo', 'go.ask.all'), ['x', 'second']);
    assert.equal(bus.stats().pending, 0);
    assert.equal(bus.stats().restarts, 0);
    assert.deepEqual(failures, []);
  });

  test('requests: Go asks Go', async () => {
    const { bus } = await failing(), asked = [];
    bus.subscribe('asked', (data) => asked.push(data));
    for (const [topic, check] of [
      ['go.echo.it', (reply) => assert.deepEqual(reply, { n: 1 })],
      ['go.fail', ({ code }) => assert.equal(code, 'E_STOCK')],
      ['go.never', ({ code }) => assert.equal(code, 'TB_TIMEOUT')],
    ]) {
      bus.publish('go.ask', topic);
      await until(() => asked.length > 0);
      check(asked.pop());
    }
    assert.equal(bus.stats().restarts, 0);
  });

  test('requests: a handler in Go that JavaScript waits for is told that it cannot wait', async () => {
    const bus = await make(), asked = [];
    bus.subscribe('asked', (data) => asked.push(data));
    bus.respond('js.echo', (data) => data);
    bus.publish('go.ask.here', 'js.echo');
    assert.equal(asked[0].code, 'TB_WOULD_BLOCK');
    assert.equal(bus.stats().restarts, 0);
  });

  test('requests: the code of an error is that of the responder, or none where it has no UTF-8 form or is too long', async () => {
    const { bus } = await failing(), asked = [];
    bus.subscribe('asked', ({ code }) => asked.push(code));
    let code;
    bus.respond('js.fail', () => { throw Object.assign(new Error('no'), { code }); });
    for (code of ['E_STOCK', 'E_\ud83d\ude00', 'E_\ud800', 'E_\udc00', '', 7, Symbol('s'), 'x'.repeat(255), 'x'.repeat(256)]) {
      const want = typeof code === 'string' && code !== '' && code.length < 256 && !/^E_[\ud800\udc00]$/.test(code) ? code : 'TB_REMOTE';
      await rejects(bus.request('js.fail'), want);
      bus.publish('go.ask', 'js.fail');
      await until(() => asked.length === 1);
      assert.equal(asked.pop(), want);
    }
  });

  test('requests: responders of both sides are asked in their order, and the one that lost hears of it', async () => {
    const { bus, failures } = await failing();
    let ended = 0;
    bus.subscribe('go.ended', () => ended++);
    bus.respond('go.never', async () => 'JavaScript');
    assert.equal(await bus.request('go.never'), 'JavaScript');
    await until(() => ended === 1);
    assert.equal(await bus.request('go.slow', 'later'), 'later');
    assert.deepEqual(failures, []); // it gave up as it was told to
  });

  test('requests: time-out and abort end the context of a responder in Go', async () => {
    const { bus } = await failing(), controller = new AbortController();
    let begun = 0, ended = 0;
    bus.subscribe('go.begun', () => begun++);
    bus.subscribe('go.ended', () => ended++);
    await rejects(bus.request('go.never', 0, { timeout: 5 }), 'TB_TIMEOUT');
    await until(() => ended === 1);
    const given = bus.request('go.never', 0, { signal: controller.signal }).catch((reason) => reason);
    await until(() => begun === 2);
    controller.abort('enough');
    assert.equal(await given, 'enough');
    await until(() => ended === 2);
  });

  test('requests: when the instance dies, those that wait for it fail, and those of JavaScript go on', async () => {
    const { bus } = await failing();
    let resolve;
    bus.respond('js.slow', () => new Promise((done) => { resolve = done; }));
    const ours = bus.request('js.slow'), theirs = rejects(bus.request('go.crash'), 'TB_UNAVAILABLE');
    await theirs;
    resolve('unharmed');
    assert.equal(await ours, 'unharmed');
    await bus.ready;
    assert.equal(bus.stats().restarts, 1);
    assert.equal(bus.stats().pending, 0);
    assert.deepEqual(await bus.request('go.order', { id: 'b', items: 1 }), { id: 'b', items: 2 });
  });

  test('requests: until components in Go are up, a request that only they could answer waits for them', async () => {
    const bus = create({ wasm: component });
    bus.respond('js.now', () => 'at once');
    const order = bus.request('go.order', { id: 'a', items: 1 }), nobody = rejects(bus.request('go.nobody'), 'TB_NO_RESPONDERS');
    const late = rejects(bus.request('go.order', 0, { timeout: 0.001 }), 'TB_TIMEOUT');
    assert.equal(await bus.request('js.now'), 'at once');
    assert.deepEqual(await order, { id: 'a', items: 2 });
    await Promise.all([nobody, late]);
    const unlimited = create({ wasm: component, maxPending: 0 });
    assert.deepEqual(await unlimited.request('go.order', { id: 'a', items: 1 }), { id: 'a', items: 2 });
  });

  test('requests: a component that cannot be loaded is a typed error, and the default program answers nothing', async () => {
    await rejects(create({ wasm: new Uint8Array([0]) }).request('go.order'), 'TB_UNAVAILABLE');
    await rejects(create({}).request('go.order'), 'TB_NO_RESPONDERS');
  });
}
