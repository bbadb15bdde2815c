import { realm } from './realm.mjs';

// The delivery contract (docs/CONTRACT.md), each test named after the promise that it proves.
// `make` gives a bus: provisional, with Go up, or with components in Go.
export function contract(test, assert, make) {
  const collect = (bus, pattern, into = [], name = pattern) => {
    bus.subscribe(pattern, (data) => into.push(`${name}${data}`));
    return into;
  };

  test('D1 an event published by a handler waits until the first has reached everybody', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', (data) => {
      seen.push(`A${data}`);
      if (data === 1) bus.publish('a', 2);
    });
    bus.subscribe('*', (data) => seen.push(`B${data}`));
    bus.publish('a', 1);
    assert.deepEqual(seen, ['A1', 'B1', 'A2', 'B2']);
  });

  test('D1 the outermost publish returns when the queue is empty, and events keep their order', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('start', () => {
      bus.publish('x', 1);
      bus.publish('y', 2);
      seen.push('published');
    });
    bus.subscribe('x', (data) => {
      seen.push(data);
      bus.publish('y', 3);
    });
    bus.subscribe('y', (data) => seen.push(data));
    bus.publish('start');
    assert.deepEqual(seen, ['published', 1, 2, 3]);
  });

  test('D1 sequence numbers follow the order of delivery', async () => {
    const bus = await make(), seqs = [];
    bus.subscribe('>', (_, event) => {
      seqs.push(event.seq);
      if (event.topic === 'a') for (let i = 0; i < 3; i++) bus.publish('b');
    });
    bus.publish('a');
    bus.publish('c');
    const [first] = seqs;
    assert.deepEqual(seqs, [0, 1, 2, 3, 4].map((i) => first + i));
  });

  test('D2 a subscriber added during a delivery does not get that event', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', (data) => {
      if (data === 1) for (const pattern of ['a', '*', '>']) bus.subscribe(pattern, (data) => seen.push(pattern + data));
    });
    bus.publish('a', 1);
    assert.deepEqual(seen, []);
    bus.publish('a', 2);
    assert.deepEqual(seen, ['a2', '*2', '>2']);
  });

  test('D2 a subscriber removed during a delivery does not get that event any more', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', () => offs.forEach((off) => off()));
    const offs = ['a', '*', '>'].map((pattern) => bus.subscribe(pattern, () => seen.push(pattern)));
    bus.publish('a');
    bus.publish('a');
    assert.deepEqual(seen, []);
  });

  test('D2 once is claimed by one of two events that have got as far as the filter', async () => {
    for (const options of [{}, { timeout: 60_000 }]) {
      const bus = await make(), seen = [];
      bus.subscribe('a', (data) => { seen.push(data); }, { ...options, once: true, filter: (data) => {
        if (data === 1) bus.target.dispatchEvent(new CustomEvent('a', { detail: 2 })); // depth-first
        return true;
      } });
      bus.publish('a', 1);
      bus.publish('a', 3);
      assert.deepEqual(seen, [2], JSON.stringify(options));
    }
  });

  test('D2 a subscriber may remove itself, and the others get the event once', async () => {
    const bus = await make(), seen = [];
    collect(bus, 'a', seen, '1:');
    const off = bus.subscribe('a', (data) => {
      seen.push(`self:${data}`);
      off();
    });
    collect(bus, 'a', seen, '2:');
    bus.publish('a', 'x');
    bus.publish('a', 'y');
    assert.deepEqual(seen, ['1:x', 'self:x', '2:x', '1:y', '2:y']);
  });

  test('D2 a queued event goes to those who are subscribed when its own delivery begins', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('a', () => {
      bus.publish('b', 1);
      collect(bus, 'b', seen);
    });
    bus.publish('a');
    assert.deepEqual(seen, ['b1']);
  });

  test('D3 subscribers are called in the order of subscription, literal and wildcard alike', async () => {
    const bus = await make(), seen = [];
    for (const pattern of ['*.b', 'a.b', '>', 'a.*', 'a.b', 'a.>']) bus.subscribe(pattern, () => seen.push(pattern));
    bus.publish('a.b');
    assert.deepEqual(seen, ['*.b', 'a.b', '>', 'a.*', 'a.b', 'a.>']);
  });

  test('D3 one function subscribed twice is called twice', async () => {
    const bus = await make();
    let calls = 0;
    const handler = () => calls++;
    const off = bus.subscribe('a', handler);
    bus.subscribe('a', handler);
    bus.publish('a');
    off();
    off();
    bus.publish('a');
    assert.equal(calls, 3);
  });

  test('D4 a handler that throws or rejects stops no other, and each failure is reported once', async () => {
    const failures = [], heard = [];
    const bus = await make({ onError: (failure) => failures.push(failure) });
    const seen = collect(bus, 'a');
    bus.subscribe('a', () => { throw new Error('thrown'); }, { name: 'thrower' });
    collect(bus, 'a', seen);
    bus.subscribe('a', async () => { throw new Error('rejected'); });
    bus.subscribe('a', () => ({ then: (_, reject) => { reject(new Error('thenable')); reject(new Error('again')); } }));
    bus.subscribe('a', () => new Promise(() => {}));
    collect(bus, 'a', seen);
    bus.subscribe('$bus.error', (failure) => heard.push(failure.error.message));
    bus.publish('a', 1);
    assert.deepEqual(seen, ['a1', 'a1', 'a1']);
    await until(() => failures.length === 3);
    assert.deepEqual(failures.map(({ error }) => error.message), ['thrown', 'rejected', 'thenable']);
    assert.deepEqual(heard, ['thrown', 'rejected', 'thenable']);
    const [{ topic, pattern, name, event, time }] = failures;
    assert.deepEqual([topic, pattern, name, event.data], ['a', 'a', 'thrower', 1]);
    assert.closeTo(time, Date.now(), 60_000);
    assert.equal(bus.stats().failed, 3);
  });

  test('D4 where nobody listens a failure goes to reportError, and so do those of error handlers', async () => {
    const bus = await make(), reported = [];
    const restore = replaceReportError((error) => reported.push(error.cause.message));
    try {
      bus.subscribe('a', () => { throw new Error('alone'); });
      bus.publish('a');
      assert.deepEqual(reported.splice(0), ['alone']);
      bus.subscribe('$bus.error', () => { throw new Error('of the error handler'); });
      bus.publish('a');
      assert.deepEqual(reported, ['of the error handler']);
    } finally {
      restore();
    }
  });

  test('D4 a result with a hostile then is that handler\'s failure only', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error }) => failures.push(error.message) });
    const seen = [];
    bus.subscribe('a', () => ({ get then() { throw new Error('hostile'); } }));
    collect(bus, 'a', seen);
    bus.publish('a', 1);
    assert.deepEqual([seen, failures], [['a1'], ['hostile']]);
  });

  test('D4 publish throws for its own caller\'s mistakes only', async () => {
    const bus = await make({ onError: () => { throw new Error('even onError'); } }), reported = [];
    const restore = replaceReportError((error) => reported.push(error.cause.message));
    try {
      bus.subscribe('a', () => { throw new Error('handler'); });
      bus.publish('a');
    } finally {
      restore();
    }
    assert.deepEqual(reported, ['handler', 'even onError']);
  });

  test('D5 an endless chain is cut with an error that names the cycle, and the bus lives', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error }) => failures.push(error) });
    let ping = 0;
    bus.subscribe('ping', () => { ping++; bus.publish('pong'); });
    bus.subscribe('pong', () => bus.publish('ping'));
    bus.publish('ping');
    assert.equal(failures.length, 1);
    const [error] = failures;
    assert.equal(error.code, 'TB_RECURSION');
    assert.sameOrderedMembers([...error.topics].sort().filter((topic, i, all) => topic !== all[i - 1]), ['ping', 'pong']);
    assert.match(error.message, /ping -> pong -> ping|pong -> ping -> pong/);
    assert.equal(ping, 500);
    const seen = collect(bus, 'other');
    bus.publish('other', 1);
    assert.deepEqual(seen, ['other1']);
  });

  test('D5 a wide burst of events from one handler is no chain', async () => {
    const bus = await make();
    let count = 0;
    bus.subscribe('burst', () => { for (let i = 0; i < 5000; i++) bus.publish('drop', i); });
    bus.subscribe('drop', () => count++);
    bus.publish('burst');
    assert.equal(count, 5000);
  });

  test('D11 data is passed by reference, untouched', async () => {
    const bus = await make(), data = { deep: { list: [1] } };
    let got;
    bus.subscribe('a', (d, event) => { got = [d, event.data]; });
    bus.publish('a', data);
    assert.strictEqual(got[0], data);
    assert.strictEqual(got[1], data);
    assert.isNotFrozen(data);
  });

  test('D11 in dev mode data and events are frozen all the way down', async () => {
    const failures = [];
    const bus = await make({ dev: true, onError: ({ error }) => failures.push(error) });
    let event;
    bus.subscribe('a', (d, e) => { event = e; d.deep.list.push(2); });
    const data = { deep: { list: [1] }, map: new Map() };
    bus.publish('a', data);
    assert.instanceOf(failures[0], TypeError);
    assert.deepEqual(data.deep.list, [1]);
    assert.isFrozen(event);
    assert.isAbove(event.time, 0);
    assert.notEqual(event.id, '');
  });

  test('D11 in dev mode data of any depth and realm is frozen, and what has a state of its own is left as it is', async () => {
    const bus = await make({ dev: true }), other = await realm(), seen = [];
    bus.subscribe('a', (data) => seen.push(data));
    let deep = {};
    const innermost = deep, foreign = new other.Object();
    for (let i = 0; i < 100_000; i++) deep = i % 2 ? [deep] : { deep };
    foreign.list = new other.Array(new other.Object());
    const bytes = new other.Uint8Array(1), data = { bytes, date: new other.Date(0), foreign, deep };
    data.self = data;
    bus.publish('a', data);
    assert.strictEqual(seen[0], data);
    for (const frozen of [data, deep, innermost, foreign, foreign.list, foreign.list[0]]) assert.isTrue(Object.isFrozen(frozen));
    for (const left of [bytes, data.date]) assert.isFalse(Object.isFrozen(left));
  });

  test('D12 a subscription ends at once by its handle, its signal, or using', async () => {
    const bus = await make(), seen = [], controller = new AbortController();
    const base = bus.stats().subscriptions;
    const off = bus.subscribe('a', () => seen.push('handle'));
    bus.subscribe('a', () => seen.push('signal'), { signal: controller.signal });
    const using = bus.subscribe('a', () => seen.push('using'));
    bus.publish('a');
    assert.deepEqual(seen.splice(0), ['handle', 'signal', 'using']);
    off();
    controller.abort();
    using[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
    bus.publish('a');
    assert.deepEqual(seen, []);
    assert.equal(bus.stats().subscriptions, base);
    bus.subscribe('a', () => seen.push('too late'), { signal: controller.signal });
    bus.publish('a');
    assert.deepEqual(seen, []);
  });

  test('D12 a filter may end its subscription: its handler is not called any more', async () => {
    const bus = await make(), seen = [], base = bus.stats().subscriptions;
    for (const options of [{}, { once: true }, { timeout: 60_000 }, { once: true, timeout: 60_000 }]) {
      for (const pattern of ['a', '*']) {
        const off = bus.subscribe(pattern, () => { seen.push([pattern, options]); }, { ...options, filter: () => {
          off();
          return true;
        } });
        bus.publish('a');
      }
    }
    const off = bus.respond('b', () => { seen.push('responder'); }, { filter: () => {
      off();
      return true;
    } });
    await bus.request('b').then(() => assert.fail('answered'), (error) => assert.equal(error.code, 'TB_NO_RESPONDERS'));
    assert.deepEqual(seen, []);
    assert.equal(bus.stats().subscriptions, base);
  });

  test('D12 100,000 subscribe and unsubscribe pairs leave nothing behind', async () => {
    const bus = await make(), base = bus.stats().subscriptions;
    for (let i = 0; i < 100_000; i++) {
      const off = bus.subscribe(i % 2 ? 'a.*' : `a.${i % 100}`, () => {});
      if (i % 1000 === 0) bus.publish(`a.${i % 100}`);
      off();
    }
    assert.equal(bus.stats().subscriptions, base);
  });

  test('topics of the bus are not matched by a wildcard as first token', async () => {
    const bus = await make({ onError: () => {} }), topics = [];
    for (const pattern of ['>', '*.>', '*.error', '$bus.>', '$bus.*', '$bus.error']) bus.subscribe(pattern, (_, { topic }) => topics.push(`${pattern} ${topic}`));
    bus.subscribe('a', () => { throw new Error('x'); });
    bus.publish('a');
    assert.deepEqual(topics, ['> a', '$bus.> $bus.error', '$bus.* $bus.error', '$bus.error $bus.error']);
  });

  test('names of Object.prototype are ordinary topics and tokens', async () => {
    const bus = await make(), before = Object.getOwnPropertyNames(Object.prototype).sort();
    for (const topic of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a.__proto__', '__proto__.constructor']) {
      const seen = [];
      bus.publish(topic, 0);
      const off = bus.subscribe(topic, (data) => seen.push(data));
      bus.publish(topic, 1);
      off();
      bus.publish(topic, 2);
      assert.deepEqual(seen, [1], topic);
    }
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before);
  });
}

/** Waits for a condition: a promise job or a timer at a time. */
export async function until(condition, what = String(condition)) {
  const limit = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > limit) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Node has none: what the bus would write to the console is taken there. */
export function replaceReportError(instead) {
  const owner = typeof globalThis.reportError === 'function' ? globalThis : console;
  const name = owner === console ? 'error' : 'reportError';
  const original = owner[name];
  owner[name] = instead;
  return () => { owner[name] = original; };
}
