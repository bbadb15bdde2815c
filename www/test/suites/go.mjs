import { until } from './contract.mjs';

// JavaScript and components in Go on one bus. `make` starts www/browser/component.
export function go(test, assert, make) {
  const collect = (bus, pattern) => {
    const seen = [];
    bus.subscribe(pattern, (data) => seen.push(data));
    return seen;
  };

  test('a Go component gets typed data and publishes its own', async () => {
    const bus = await make(), done = collect(bus, 'order.done');
    bus.publish('order.placed', { id: 'a', items: 1 });
    assert.deepEqual(done, [{ id: 'a', items: 2 }]);
  });

  test('data that passes through Go comes back as the same object', async () => {
    const bus = await make(), seen = collect(bus, 'echoed'), data = { any: () => {}, self: null };
    data.self = data;
    bus.publish('echo.me', data);
    assert.strictEqual(seen[0], data);
  });

  test('D1 and D3 hold across JavaScript and Go', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('order.placed', () => seen.push('placed after Go'));
    bus.subscribe('order.*', (_, { topic }) => seen.push(`* ${topic}`));
    bus.subscribe('order.done', () => seen.push('done'));
    bus.publish('order.placed', { id: 'a', items: 1 });
    assert.deepEqual(seen, ['placed after Go', '* order.placed', '* order.done', 'done']);
  });

  test('D4 an error or a panic of a Go handler is reported once and stops nobody', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error, topic }) => failures.push([error.code, error.message, topic]) });
    const seen = collect(bus, 'fail').concat(collect(bus, 'panic'));
    bus.subscribe('*', (data) => seen.push(data));
    bus.publish('fail', 1);
    bus.publish('panic', 2);
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual(failures.map(([code, , topic]) => [code, topic]), [['TB_GO', 'fail'], ['TB_PANIC', 'panic']]);
    assert.match(failures[0][1], /no good/);
    assert.match(failures[1][1], /oh/);
  });

  test('D11 what a Go subscriber decodes is exact, or a typed error that says where', async () => {
    const failures = [], before = Object.getOwnPropertyNames(Object.prototype).sort();
    const bus = await make({ onError: ({ error }) => failures.push(error) }), decoded = collect(bus, 'decoded');
    for (const value of ['text', '', 'é😀\u0000\u2028', 'x'.repeat(100_000), 0, -1.5, 2 ** 53, NaN, Infinity, true, false, null,
      [1, [2, { a: 'b' }]], { nested: { list: [] } }, { quote: '"\\\ud83d\ude00' }, new Uint8Array([0, 255])]) {
      bus.publish('decode', value);
      assert.deepEqual(decoded.pop(), value);
    }
    bus.publish('decode');
    assert.deepEqual(decoded.splice(0), [null]);
    bus.publish('decode', { when: new Date(0) });
    assert.deepEqual(decoded.splice(0), [{ when: '1970-01-01T00:00:00.000Z' }]);
    assert.deepEqual(failures, []);

    const cycle = {};
    cycle.self = cycle;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const detached = new Uint8Array(8);
    structuredClone(detached, { transfer: [detached.buffer] });
    const hostile = [
      [{ get x() { throw new Error('hostile getter'); } }, /hostile getter/], [revoked.proxy, /revoked/], [cycle, /circular/i], [10n, /\$: a BigInt/], [{ a: [1, { b: 2n }] }, /\$\.a\[1\]\.b: a BigInt/],
      [() => {}, /\$: a function/], [{ f() {} }, /\$\.f: a function/], [Symbol('s'), /symbol/], ['\ud800', /lone surrogate/], [{ s: ['ok', '\udc00'] }, /lone surrogate/], [{ '\ud800': 1 }, /lone surrogate/],
      [{ n: NaN }, /\$\.n: NaN/], [[undefined], /\$\[0\]: undefined/], [new Map([[1, 2]]), /a Map/], [{ deep: new Set() }, /\$\.deep: a Set/], [{ d: new Date(NaN) }, /invalid Date/],
      [{ toJSON() { throw new Error('hostile toJSON'); } }, /hostile toJSON/], [new Float64Array(1), /byte arrays/],
    ];
    if (ArrayBuffer.prototype.hasOwnProperty('detached')) hostile.push([detached, /detached/], [{ detached }, /detached/]);
    if (typeof document === 'object') hostile.push([document.body, /HTMLBodyElement/], [{ node: document.body }, /\$\.node: a HTMLBodyElement/]);
    for (const [value, reason] of hostile) {
      bus.publish('decode', value);
      const error = failures.pop();
      assert.equal(error?.code, 'TB_PAYLOAD', String(reason));
      assert.match(error.message, reason);
    }
    assert.deepEqual(decoded, []);
    bus.publish('decode', 'still alive');
    assert.deepEqual(decoded, ['still alive']);
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before);
    assert.equal(bus.stats().restarts, 0);
  });

  test('D11 what Go publishes is exact, or the publisher\'s typed error before anybody got it', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error, topic }) => failures.push([topic, error.code, error.message]) }), sent = collect(bus, 'sent');
    for (const [name, want] of [['int', 42], ['nil', null], ['bytes', new Uint8Array([1, 2, 3])], ['struct', { id: 's', items: 1 }]]) {
      bus.publish(`send.${name}`);
      assert.deepEqual(sent.splice(0), [want], name);
    }
    for (const [name, reason] of [['big', /1152921504606846976/], ['bigstruct', /1152921504606846976/], ['utf8', /UTF-8/], ['chan', /chan int/]]) {
      bus.publish(`send.${name}`);
      const [[topic, code, message]] = failures.splice(0);
      assert.deepEqual([topic, code, sent.length], [`send.${name}`, 'TB_PAYLOAD', 0]);
      assert.match(message, reason);
    }
  });

  test('Go sees what the publisher said of an event, and what caused it', async () => {
    const bus = await make(), described = collect(bus, 'described');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    bus.publish('describe', null, { id: 'mine', subject: 's', key: 'k', version: 2, traceparent });
    assert.deepInclude(described[0], { topic: 'describe', id: 'mine', subject: 's', key: 'k', version: '2', traceparent, causationId: '', correlationId: 'mine' });
    let cause;
    bus.subscribe('outer', (_, event) => { cause = event; bus.publish('describe'); });
    bus.publish('outer');
    assert.deepInclude(described[1], { causationId: cause.id, correlationId: cause.id, seq: cause.seq + 1 });
    let plain;
    bus.subscribe('describe', (_, event) => { plain = event; });
    bus.publish('describe');
    assert.equal(described[2].id, plain.id);
  });

  test('a Go subscription that comes and goes is seen by the next publish', async () => {
    const bus = await make(), seen = collect(bus, 'was.late');
    bus.publish('late.a');
    bus.publish('late.subscribe');
    bus.publish('late.a');
    bus.publish('late.unsubscribe');
    bus.publish('late.a');
    assert.deepEqual(seen, ['late.a']);
  });

  test('interceptors in Go see what JavaScript publishes', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('guarded.*', (data, { topic }) => seen.push([topic, data]));
    bus.publish('intercept.start');
    for (const name of ['pass', 'drop', 'replace']) bus.publish(`guarded.${name}`, { by: 'reference' });
    assert.deepEqual(seen, [['guarded.pass', { by: 'reference' }], ['guarded.replace', 'replaced']]);
    let error;
    try { bus.publish('guarded.refuse'); } catch (thrown) { error = thrown; }
    assert.match(error.message, /refused/);
    assert.equal(bus.stats().intercepted, 1);
  });

  if (typeof document === 'object') test('a Go component joins DOM events to topics, and ends it', async () => {
    const bus = await make(), seen = [], asked = [], element = document.createElement('div');
    document.body.append(element);
    bus.subscribe('dom.asked', (data) => asked.push(data));
    const listen = ({ detail }) => seen.push(detail);
    document.addEventListener('dom:answer', listen);
    const ask = (n) => element.dispatchEvent(new CustomEvent('go:ask', { bubbles: true, detail: { n } }));
    ask(0);
    bus.publish('dom.start');
    ask(1);
    assert.deepEqual(asked, [{ n: 1, nodeName: 'DIV', field: null }]);
    assert.deepEqual(seen, [{ n: 2, from: 'DIV', field: null }]);
    assert.isFalse(element.dispatchEvent(new CustomEvent('go:stop', { bubbles: true, cancelable: true })));
    ask(2);
    assert.equal(seen.length, 1);
    document.removeEventListener('dom:answer', listen);
    element.remove();
  });

  test('a Go handler with Concurrency may wait, and its failure is reported', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error, topic, event }) => failures.push([error.message, topic, event.data]) }), done = collect(bus, 'slow.done');
    bus.publish('slow', 1);
    bus.publish('slow', 2);
    assert.deepEqual(done, []);
    await until(() => done.length === 2);
    assert.deepEqual(done, [1, 2]);
    bus.publish('slow', 'fail');
    await until(() => failures.length === 1);
    assert.match(failures[0][0], /slow and no good/);
    assert.deepEqual(failures[0].slice(1), ['slow', 'fail']);
  });

  test('a Go handler may wait for another goroutine', async () => {
    const bus = await make(), done = collect(bus, 'channel.done');
    bus.publish('channel');
    await until(() => done.length === 2);
    assert.deepEqual(done, ['channel', 'channel']);
  });

  test('goroutines that a handler started go on without another event', async () => {
    const bus = await make(), done = collect(bus, 'later.done');
    bus.publish('later');
    await until(() => done.length === 1);
    assert.deepEqual(done, ['from a goroutine']);
  });

  test('a panic in a goroutine: Go is started again, subscriptions survive, plain topics go on', async () => {
    const bus = await make(), restarted = [], plain = collect(bus, 'plain'), done = collect(bus, 'order.done'), quiet = silence();
    try {
      bus.subscribe('$bus.restarted', (data) => restarted.push(data));
      bus.publish('crash');
      await until(() => bus.stats().memory === 0);
      bus.publish('plain', 'while Go is down');
      bus.publish('order.placed', { id: 'waits for Go', items: 1 });
      await until(() => restarted.length === 1);
      assert.deepEqual(done, [{ id: 'waits for Go', items: 2 }]);
      bus.publish('plain', 'after');
      bus.publish('order.placed', { id: 'b', items: 1 });
      assert.deepEqual(plain, ['while Go is down', 'after']);
      assert.equal(done.length, 2);
      assert.equal(restarted[0].restarts, 1);
      assert.equal(restarted[0].error.code, 'TB_UNAVAILABLE');
      await bus.ready;
      bus.publish('crash');
      await until(() => restarted.length === 2);
      bus.publish('order.placed', { id: 'c', items: 1 });
      assert.equal(done.length, 3);
    } finally {
      quiet();
    }
  });

  test('a Go handler that waits for JavaScript costs the instance, and the error says what to do', async () => {
    const bus = await make(), restarted = [], seen = [], quiet = silence();
    try {
      bus.subscribe('$bus.restarted', (data) => restarted.push(data.error.message));
      bus.subscribe('block', () => seen.push('others get it'));
      bus.publish('block');
      assert.deepEqual(seen, ['others get it']);
      await until(() => restarted.length === 1);
      assert.match(restarted[0], /blocked.*bus\.Concurrency/);
    } finally {
      quiet();
    }
  });

  test('100,000 pairs and 1,000,000 events: the memory of Go grows by at most 4 MiB after warm-up', async () => {
    const bus = await make();
    let heard = 0;
    bus.subscribe('heard.*', () => heard++);
    const work = (pairs, events) => {
      for (let i = 0; i < pairs; i++) {
        const off = bus.subscribe(`pair.${i % 1000}`, () => {});
        if (i % 50 === 0) bus.publish(`pair.${i % 1000}`);
        off();
      }
      for (let i = 0; i < events; i++) bus.publish(i % 10 ? 'count' : `heard.${i}`, i);
    };
    work(10_000, 200_000);
    const before = bus.stats().memory;
    work(100_000, 1_000_000);
    assert.isAtMost(bus.stats().memory - before, 4 * 1024 * 1024);
    assert.equal(heard, 120_000);
    const counts = collect(bus, 'count.is');
    bus.publish('counted');
    assert.deepEqual(counts, [1_080_000]);
  });
}

/** The console of a crash that a test asks for is not a failure of the test. */
export function silence() {
  const { error, log, warn } = console;
  console.error = console.log = console.warn = () => {};
  return () => Object.assign(console, { error, log, warn });
}
