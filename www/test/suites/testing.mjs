import { realm } from './realm.mjs';
import { until } from './contract.mjs';
import { some } from './effort.mjs';
import { silence } from './go.mjs';

// The kit for tests: dist/testing.js. `make` makes a test bus that has Go, with `component` the one of www/browser.
export function testing(test, assert, make, { createTestBus, ExpectationError, expectEvents, others, random, record, replay, roots, settled, shuffle, virtualClock }) {
  const clockLog = () => {
    const clock = virtualClock(), log = [];
    const after = (ms, name, more = () => {}) => clock.after(ms, () => {
      log.push(`${clock.now()} ${name}`);
      more();
    });
    return { clock, log, after };
  };

  test('virtualClock: by time, and as asked for where times are equal', () => {
    const { clock, log, after } = clockLog();
    after(30, 'c');
    after(10, 'a');
    after(10, 'a2');
    after(20, 'b');
    after(30.5, 'half');
    clock.advance(9);
    assert.deepEqual(log, []);
    clock.advance(21);
    assert.deepEqual(log, ['10 a', '10 a2', '20 b', '30 c']);
    assert.deepEqual([clock.pending, clock.next, clock.now()], [1, 30.5, 30]);
    clock.advance(1);
    assert.deepEqual([log.at(-1), clock.pending, clock.next, clock.now()], ['30.5 half', 0, undefined, 31]);
  });

  test('virtualClock: functions that ask for more, no delay, and less than none', () => {
    const { clock, log, after } = clockLog();
    after(10, 'a', () => {
      after(0, 'a at once');
      after(-5, 'a negative');
      after(10, 'c');
      after(100, 'too late');
    });
    after(15, 'b');
    after(NaN, 'not a number');
    clock.advance(50);
    assert.deepEqual(log, ['0 not a number', '10 a', '10 a at once', '10 a negative', '15 b', '20 c']);
  });

  test('virtualClock: cancelled, also by another at the same time and by itself', () => {
    const { clock, log, after } = clockLog();
    after(5, 'never')();
    let cancelB, cancelC;
    after(10, 'a', () => cancelB());
    cancelB = after(10, 'b');
    cancelC = after(10, 'c', () => cancelC());
    clock.advance(10);
    cancelB();
    assert.deepEqual([log, clock.pending], [['10 a', '10 c'], 0]);
  });

  test('virtualClock: advanced by what it calls', () => {
    const { clock, log, after } = clockLog();
    after(10, 'a', () => {
      clock.advance(10);
      log.push(`${clock.now()} back in a`);
    });
    after(15, 'b');
    after(25, 'c', () => clock.advance(100));
    clock.advance(30);
    assert.deepEqual([log, clock.now()], [['10 a', '15 b', '20 back in a', '25 c'], 125]);
  });

  test('virtualClock: what it refuses, and what throws', async () => {
    const { clock, log, after } = clockLog();
    for (const wrong of [-1, NaN, Infinity, undefined]) {
      assert.throws(() => clock.advance(wrong), /^advance: expected milliseconds: a number from 0, got /);
      await clock.advanceAsync(wrong).then(() => assert.fail(), (error) => assert.equal(error.code, 'TB_OPTION'));
    }
    after(10, 'a', () => { throw new Error('thrown by a'); });
    after(10, 'b');
    assert.throws(() => clock.advance(20), /thrown by a/);
    assert.equal(clock.now(), 10);
    clock.advance(5);
    assert.deepEqual(log, ['10 a', '10 b']);
    const again = () => clock.after(0, again);
    again();
    assert.throws(() => clock.advance(0), /keep starting each other/);
  });

  test('virtualClock: the time of day jumps alone', () => {
    const clock = virtualClock({ date: new Date('2026-06-01T00:00:00Z') });
    let called = false;
    clock.after(1000, () => called = true);
    clock.jump(-365 * 86_400_000);
    clock.advance(999);
    assert.deepEqual([clock.now(), new Date(clock.date()).toISOString(), called], [999, '2025-06-01T00:00:00.999Z', false]);
    clock.advance(1);
    assert.isTrue(called);
    assert.equal(virtualClock().date(), Date.UTC(2000));
  });

  test('virtualClock: advanceAsync lets promises settle between the times', async () => {
    const { clock, log } = clockLog();
    const sleep = (ms) => new Promise((resolve) => clock.after(ms, resolve));
    const run = async (name) => {
      for (let i = 0; i < 3; i++) {
        await sleep(10);
        await null;
        log.push(`${clock.now()} ${name}`);
      }
    };
    run('a');
    clock.after(15, () => run('b'));
    await clock.advanceAsync(40);
    assert.deepEqual(log, ['10 a', '20 a', '25 b', '30 a', '35 b']);
    await clock.advanceAsync(100);
    assert.deepEqual([log.at(-1), clock.now()], ['45 b', 140]);
  });

  test('createTestBus: virtual time, kept failures, and the options of createBus', async () => {
    const told = [];
    const bus = createTestBus({ name: 'under test', onError: (failure) => told.push(failure) });
    bus.clock.advance(5000);
    let time;
    bus.subscribe('a', (_, event) => {
      time = event.time;
      throw new Error('no');
    }, { name: 'failing' });
    bus.publish('a');
    assert.equal(bus.name, 'under test');
    assert.equal(time, Date.UTC(2000) + 5000);
    assert.deepEqual(bus.failures.map(({ name, time, error }) => [name, time, error.message]), [['failing', time, 'no']]);
    assert.deepEqual(told, bus.failures);
    const clock = virtualClock({ date: 0 });
    assert.strictEqual(createTestBus({ clock }).clock, clock);
    await bus.close();
  });

  test('createTestBus: Go has the page\'s time', async () => {
    const bus = await make({ clock: virtualClock({ date: 1_000_000 }) }), seen = [];
    bus.subscribe('clock.told', (data) => seen.push(data));
    bus.publish('clock.ask');
    bus.clock.advance(2500);
    bus.publish('clock.ask');
    bus.clock.jump(-1_000_000);
    bus.publish('clock.ask');
    assert.deepEqual(seen, [1_000_000, 1_002_500, 2500]);
    assert.deepEqual(bus.failures, []);
  });

  test('createTestBus: the virtual clock drives what Go waits for, also while the time of day jumps', async () => {
    const bus = await make(), log = [];
    bus.subscribe('job', () => {
      log.push(bus.clock.now());
      throw new Error('no');
    }, { retry: { attempts: 4, backoff: { initial: 100, factor: 2, jitter: false } } });
    bus.subscribe('slow', () => new Promise(() => {}), { timeout: 500, name: 'slow' });
    const dead = record(bus, '$bus.dead.>');
    bus.publish('job');
    bus.publish('slow');
    bus.clock.advance(99);
    assert.deepEqual(log, [0]);
    bus.clock.jump(-365 * 86_400_000);
    bus.clock.advance(1);
    assert.deepEqual(log, [0, 100]);
    assert.deepEqual(bus.failures, []);
    bus.clock.advance(400);
    assert.deepEqual(bus.failures.map(({ name, error }) => [name, error.code]), [['slow', 'TB_TIMEOUT']]);
    await bus.clock.advanceAsync(10_000);
    assert.deepEqual(log, [0, 100, 300, 700]);
    expectEvents(dead, [{ topic: '$bus.dead.job', data: { attempts: 4 } }]);
  });

  test('createTestBus: a seed decides the pauses of Go', async () => {
    const attempts = async (seed) => {
      const bus = await make({ random: random(seed) }), log = [];
      bus.subscribe('job', () => {
        log.push(bus.clock.now());
        throw new Error('no');
      }, { retry: { attempts: 6, backoff: { initial: 100 } } });
      bus.publish('job');
      bus.clock.advance(100_000);
      assert.lengthOf(log, 6);
      return log;
    };
    assert.deepEqual(await attempts(1), await attempts(1));
    assert.notDeepEqual(await attempts(1), await attempts(2));
  });

  test('createTestBus: an instance of Go that died leaves no timer behind', async () => {
    const bus = await make(), restarted = record(bus, '$bus.restarted'), quiet = silence();
    try {
      bus.subscribe('job', () => { throw new Error('no'); }, { retry: { attempts: 2, backoff: { initial: 100, jitter: false } } });
      bus.publish('job');
      assert.equal(bus.clock.pending, 1);
      bus.publish('crash');
      await until(() => bus.stats().memory === 0);
      assert.equal(bus.clock.pending, 0);
      await until(() => restarted.events.length === 1);
      assert.equal(bus.clock.pending, 1, 'the next instance has the event, and has had its first attempt');
    } finally {
      quiet();
    }
  });

  test('record: what the events were, as plain data', async () => {
    const bus = createTestBus(), recording = record(bus, 'order.*'), data = { id: 'A-1' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    bus.subscribe('order.placed', () => {
      bus.clock.advance(10);
      bus.publish('order.paid');
    });
    bus.publish('other');
    bus.publish('order.placed', data, { id: 'first', key: 'k', subject: 's', version: 2, traceparent });
    const [placed, paid] = recording.events, time = Date.UTC(2000);
    assert.deepEqual(placed, { topic: 'order.placed', data, seq: 2, id: 'first', time, source: bus.name, subject: 's', key: 'k', version: 2, traceparent, correlationId: 'first' });
    assert.strictEqual(placed.data, data);
    assert.deepEqual(paid, { topic: 'order.paid', data: undefined, seq: 3, id: paid.id, time: time + 10, source: bus.name, traceparent, causationId: 'first', correlationId: 'first' });
    assert.deepEqual(roots(recording), [placed]);
    assert.lengthOf(recording.take(), 2);
    assert.lengthOf(recording.events, 0);
    recording.stop();
    bus.publish('order.placed', data);
    assert.lengthOf(recording.events, 0);
    assert.throws(() => record(bus, 'not a pattern'), /pattern/);
    await bus.close();
  });

  test('record and replay: all that a publisher said of an event', async () => {
    const bus = createTestBus(), again = createTestBus();
    const said = { id: 'i', subject: 's', key: 'k', version: 2, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', dataschema: 'https://shop.example/s', datacontenttype: 'text/plain', extensions: { sequence: '1' } };
    const brought = { time: 5, source: '/elsewhere', correlationId: 'c', causationId: 'd' };
    const recording = record(bus), second = record(again);
    bus.publish('order.placed', 1, { ...said, ...brought });
    assert.deepEqual(recording.events, [{ topic: 'order.placed', data: 1, seq: 1, ...said, ...brought }]);
    await replay(again, recording);
    const [{ topic, data, seq, time, source, correlationId, ...rest }] = second.events;
    assert.deepEqual(rest, said);
    expectEvents(recording, [said]);
    assert.throws(() => expectEvents(recording, [{ ...said, datacontenttype: 'text/html' }]), ExpectationError);
    await bus.close();
    await again.close();
  });

  const recorded = [
    { topic: 'a.b', data: { n: 1, list: [1, { deep: true, more: 0 }], text: 'hello' }, id: '1', key: 'k', time: 5 },
    { topic: 'a.c', data: 'two', id: '2', causationId: '1', time: 6 },
    { topic: 'a.b', data: undefined, id: '3', causationId: 'elsewhere', time: 7 },
  ];
  const itself = {};
  itself.self = itself;

  for (const [name, expected] of Object.entries({
    'patterns': ['a.b', 'a.*', '>'],
    'part of the data': [{ data: { n: 1, list: [1, { deep: true }] } }, { topic: 'a.c', data: 'two' }, { data: undefined }],
    'functions, and matchers of other frameworks': [{ data: { n: (n) => n > 0, text: /ell/ } }, ({ data }) => data === 'two', { key: undefined, data: { asymmetricMatch: (v) => v === undefined } }],
    'causes': [{ causedBy: null, key: 'k' }, { causedBy: '*.b' }, 'a.b'],
    'others for some': [others, { topic: 'a.b', data: undefined }],
    'others for none': [others, 'a.b', others, 'a.c', others, others, 'a.b', others],
    'others that could take what comes after them': [others, 'a.b', others, { id: '3' }],
  })) test(`expectEvents: ${name}`, () => expectEvents(recorded, expected));

  const diff = (events, expected) => {
    try {
      expectEvents(events, expected);
    } catch (error) {
      assert.instanceOf(error, ExpectationError);
      assert.instanceOf(error, Error);
      return error;
    }
    return assert.fail('nothing was thrown');
  };

  for (const [name, [expected, lines]] of Object.entries({
    'one too many': [['a.b', 'a.c'], ['    a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }', '    a.c "two"', '  + a.b undefined']],
    'one too few': [['a.b', 'a.c', 'a.b', { topic: 'd', key: 'x' }], ['    a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }', '    a.c "two"', '    a.b undefined', '  - d, key "x"']],
    'what is wrong with them': [[{ topic: 'a.b', data: { list: [1, { deep: false }] } }, { topic: 'a.c', causedBy: 'x' }, { data: undefined, causedBy: '>' }], [
      '  - a.b, data { list: [1, { deep: false }] }',
      '  - a.c, causedBy "x"',
      '  - >, data undefined, causedBy ">"',
      '  + a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }   (data.list[1].deep is true, not false)',
      '  + a.c "two"   (caused by a.b)',
      '  + a.b undefined   (its cause was not recorded)',
    ]],
    'more that is wrong': [[{ data: { list: [1] } }, { topic: 'a.c', data: /x/ }, { topic: 'a.b', data: undefined, causedBy: null }], [
      '  - >, data { list: [1] }',
      '  - a.c, data /x/',
      '  - a.b, data undefined, causedBy null',
      '  + a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }   (data.list has 2 elements, not 1)',
      '  + a.c "two"   (data is "two", which /x/ does not match)',
      '  + a.b undefined   (caused by elsewhere)',
    ]],
    'functions say their names': [[function isLarge() { return false; }, 'a.c', 'a.b'], ['  - isLarge', '  + a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }   (isLarge refuses it)', '    a.c "two"', '    a.b undefined']],
    'missing members': [[{ topic: 'a.b', data: { none: 1 } }, 'a.c', 'a.b'], ['  - a.b, data { none: 1 }', '  + a.b { n: 1, list: [1, { deep: true, more: 0 }], text: "hello" }   (data.none is missing)', '    a.c "two"', '    a.b undefined']],
  })) test(`expectEvents refuses: ${name}`, () => {
    assert.deepEqual(diff(recorded, expected).message.split('\n'), ['events are not as expected:', ...lines]);
  });

  test('expectEvents: what it gives to the diffs of test runners', () => {
    const same = { topic: 'a.b', data: { n: 1 } };
    const { actual, expected, code } = diff(recorded, [same, 'x', { topic: 'a.b', data: 4 }]);
    assert.deepEqual(actual, [same, { topic: 'a.c', data: 'two' }, { topic: 'a.b', data: undefined }]);
    assert.deepEqual(expected, [same, { topic: 'x' }, { topic: 'a.b', data: 4 }]);
    assert.equal(code, 'ERR_ASSERTION');
    const skipping = diff(recorded, [same, others, 'x']);
    assert.deepEqual([skipping.actual, skipping.expected], [[same], [same, { topic: 'x' }]]);
  });

  test('expectEvents: values of all kinds', () => {
    class Money { constructor(cents) { this.cents = cents; } }
    const values = () => [NaN, -0, 1n, null, undefined, 'x', new Date(0), new Map([[1, { a: 2 }]]), new Set([1]), new Uint8Array([1, 2]), [], {}, [[1], { a: [] }], new Money(5), new TypeError('t'), Symbol.iterator, itself];
    const equal = values();
    for (const [i, data] of values().entries()) expectEvents([{ topic: 'v', data }], [{ data: equal[i] }]);
    expectEvents([{ topic: 'v', data: new Map([[1, { a: 2, b: 3 }]]) }], [{ data: new Map([[1, { a: 2 }]]) }]);
    const other = {};
    other.self = other;
    expectEvents([{ topic: 'v', data: itself }], [{ data: other }]);
    for (const [data, expected] of [[0, -0], [1, 1n], [undefined, null], [null, undefined], [new Date(1), new Date(0)], [new Map(), new Set()], [new Set([1, 2]), new Set([1])],
      [new Uint8Array([1]), new Uint8Array([2])], [new Int8Array([1]), new Uint8Array([1])], [{}, []], [{ length: 0 }, []], ['1', 1], [new Error('a'), new Error('b')], [{}, itself], [new Date(0), {  a: 1 }]]) {
      assert.match(diff([{ topic: 'v', data }], [{ data }, { data: expected }]).message, /^ {2}- /m);
      assert.match(diff([{ topic: 'v', data }], [{ data: expected }]).message, /^ {2}\+ /m, String(data));
    }
    const hostile = { get x() { throw new Error('hostile getter'); } };
    assert.match(diff([{ topic: 'v', data: hostile }], []).message, /cannot be shown/);
    assert.isBelow(diff([{ topic: 'v', data: 'x'.repeat(1e6) }], []).message.length, 300);
  });

  test('expectEvents: objects of the platform are the same by what they say of themselves, and else as themselves alone', async () => {
    class Tagged {
      constructor(cents) { this.cents = cents; }
      get [Symbol.toStringTag]() { return 'Error'; }
    }
    class Cart extends EventTarget {
      constructor(...items) { super(); this.items = items; }
    }
    const other = await realm();
    const differ = (data, expected) => assert.match(diff([{ topic: 'v', data }], [{ data: expected }]).message, /^ {2}\+ /m, String(data));
    for (const make of [(of, n) => new of.Number(n), (of, n) => new of.String('a'.repeat(n)), (of, n) => of.Object(BigInt(n)), (of, n) => new of.Boolean(n === 1), (_of, n) => new URL(`https://shop.example/${n}`), (_of, n) => new URLSearchParams({ n }), (_of, n) => new Tagged(n), (_of, n) => new Cart(n)]) {
      expectEvents([{ topic: 'v', data: { a: make(globalThis, 1) } }], [{ data: { a: make(other, 1) } }]);
      differ(make(globalThis, 1), make(other, 2));
      differ(make(globalThis, 2), make(globalThis, 1));
      differ({}, make(globalThis, 1));
    }
    for (const make of [() => Promise.resolve(1), () => new WeakMap(), () => new Headers(), () => new Event('a'), () => new EventTarget(), () => new Intl.NumberFormat('en')]) {
      const one = make();
      expectEvents([{ topic: 'v', data: [one] }], [{ data: [one] }]);
      differ(one, make());
    }
  });

  test('expectEvents: values of another realm', async () => {
    const other = await realm();
    const values = (of) => [new of.Date(5), new of.Date(NaN), /a+/g, new of.RegExp('a+', 'g'), new of.Map([[1, new of.Set([2])]]), new of.Set([new of.Map()]), new of.TypeError('t'), new of.Uint8Array([1, 2]),
      new of.BigInt64Array([1n]), new of.Uint8Array([3, 4]).buffer, new of.DataView(new of.Uint8Array([5]).buffer), of.Array.of(1, of.Object.create(null)), new of.Array(2), new of.Object()];
    const [here, there] = [values(globalThis), values(other)];
    for (const [i, data] of here.entries()) {
      for (const [one, two] of [[data, there[i]], [there[i], data]]) expectEvents([{ topic: 'v', data: one }], [{ data: two }]);
      // Nothing fits a plain object but what asks for nothing.
      for (const wrong of [new other.Date(6), new other.Map([[2, 3]]), new other.Set([9, 9, 8]), new other.Error('other'), new other.Uint8Array([1, 3]), new other.Uint8Array([1, 3]).buffer, new other.DataView(new other.ArrayBuffer(1)), /b/]) {
        assert.match(diff([{ topic: 'v', data }], [{ data: wrong }]).message, /^ {2}\+ /m, `${i} ${String(wrong)}`);
      }
    }
    assert.match(diff([{ topic: 'v', data: new other.Map([[1, new other.Date(0)]]) }], []).message, /Map \[\[1, 1970-01-01T00:00:00\.000Z\]\]/);
    expectEvents([{ topic: 'v', data: 'aa' }], [{ data: new other.RegExp('^a+$') }]);
  });

  test('expectEvents: data of any depth, which is shared, refers back, or has no end', () => {
    const deep = (end, step, depth = 20_000) => Array.from({ length: depth }).reduce(step, end);
    const circle = (length, value = 1) => {
      const first = { value }, last = Array.from({ length: length - 1 }).reduce((next) => ({ value, next }), first);
      first.next = last;
      return first;
    };
    // One getter for all: making 200,000 objects, each with code of its own, is most of the time.
    const next = { enumerable: true, get: () => endless() }, endless = () => Object.defineProperty({}, 'next', next);
    const doubled = (end) => Array.from({ length: 60 }).reduce((inner) => ({ a: inner, b: inner }), end);
    const fits = (data, expected) => expectEvents([{ topic: 'v', data }], [{ data: expected }]);
    const differs = (data, expected, says) => {
      const { message } = diff([{ topic: 'v', data }], [{ data: expected }]);
      assert.match(message, says);
      assert.isBelow(message.length, 2000);
    };
    // Sets take longest: any member may be the one that fits.
    for (const [step, depth] of some([[(inner) => ({ inner })], [(inner) => [inner]], [(inner) => new Map([[1, inner]])], [(inner) => new Set([inner]), 5000]])) {
      fits(deep(1, step, depth), deep(1, step, depth));
      differs(deep({ end: 1 }, step, depth), deep({ end: 2 }, step, depth), /end is 1, not 2/);
    }
    fits(circle(2), circle(3));
    fits(circle(300), circle(299));
    differs(circle(5), circle(7, 2), /value is 1, not 2/);
    fits(doubled({ end: 1 }), doubled({ end: 1 }));
    differs(doubled({ end: 1 }), doubled({ end: 2 }), /end is 1, not 2/);
    differs(endless(), endless(), /more than 200000 values/);
    const wide = (last) => [...Array.from({ length: 300_000 }, (_, i) => i), last];
    fits(wide(1), wide(1));
    differs(wide(1), wide(2), /\[300000\] is 1, not 2/);
    const bush = (levels) => levels === 0 ? 'leaf' : Array.from({ length: 40 }, () => bush(levels - 1));
    assert.isBelow(diff([{ topic: 'v', data: bush(3) }], []).message.length, 400);
  });

  test('expectEvents: long lists', () => {
    const events = Array.from({ length: 3000 }, (_, data) => ({ topic: 'n', data }));
    const expected = events.map(({ data }) => ({ data }));
    expectEvents(events, expected);
    expected[1000] = { data: 'x' };
    const { message } = diff(events, expected);
    assert.match(message, /\(997 that are as expected\)\n {4}n 997\n {4}n 998\n {4}n 999\n {2}- >, data "x"\n {2}\+ n 1000 {3}\(data is 1000, not "x"\)\n {4}n 1001\n/);
    assert.match(message, /up to 1800 more are not compared/);
  });

  test('replay: the same events at the same times, to the same effect', async () => {
    const component = (bus) => bus.subscribe('order.placed', ({ n }) => new Promise((resolve) => bus.clock.after(100, resolve)).then(() => bus.publish('order.paid', n)));
    const first = createTestBus({ name: 'shop', clock: virtualClock({ date: 86_400_000 }) });
    component(first);
    const recording = record(first);
    for (let n = 0; n < 3; n++) {
      first.publish('order.placed', { n }, { key: `k${n}`, subject: 's', version: 1 });
      await first.clock.advanceAsync(1000 * n + 50);
    }
    await first.clock.advanceAsync(1000);
    expectEvents(recording, ['order.placed', 'order.placed', 'order.paid', 'order.paid', 'order.placed', 'order.paid']);
    const placed = recording.events.filter(({ topic }) => topic === 'order.placed');

    const second = createTestBus({ name: 'shop', clock: virtualClock({ date: placed[0].time }) });
    component(second);
    const again = record(second);
    await replay(second, placed, { clock: second.clock });
    await second.clock.advanceAsync(1000);
    const withoutIds = ({ id, seq, correlationId, ...rest }) => rest;
    assert.deepEqual(again.events.map(withoutIds), recording.events.map(withoutIds));
    assert.deepEqual(again.events.filter(({ topic }) => topic === 'order.placed').map(({ id }) => id), placed.map(({ id }) => id));

    const now = second.clock.now();
    await replay(second, [{ topic: 'a', time: 500 }, { topic: 'b', time: 100 }, { topic: 'c', time: 700 }], { clock: second.clock });
    assert.equal(second.clock.now(), now + 600);
    await replay(second, placed);
    assert.equal(second.clock.now(), now + 600);
    await replay(second, [{ topic: 'not a topic', time: 0 }]).then(() => assert.fail(), ({ code }) => assert.equal(code, 'TB_TOPIC'));
    await first.close();
    await second.close();
  });

  test('shuffle: the seed decides in which order handlers end', async () => {
    const order = async (seed) => {
      const bus = createTestBus(), ends = [], mix = shuffle(seed), { handler, drain } = mix;
      for (const name of ['x', 'y']) {
        const held = handler(() => {});
        bus.subscribe('job', async (n, event) => {
          await held(n, event);
          ends.push(name + n);
        });
      }
      for (let n = 0; n < 6; n++) bus.publish('job', n);
      await settled();
      assert.deepEqual(ends, []);
      await drain();
      await bus.close();
      assert.equal(mix.waiting, 0);
      return ends.join(' ');
    };
    const orders = new Set();
    for (let seed = 0; seed < 20; seed++) {
      const ends = await order(seed);
      assert.equal(await order(seed), ends);
      assert.equal(ends.split(' ').sort().join(' '), 'x0 x1 x2 x3 x4 x5 y0 y1 y2 y3 y4 y5');
      orders.add(ends);
    }
    assert.isAbove(orders.size, 18);
  });

  test('shuffle: failures and time-outs', async () => {
    const mix = shuffle(1), { handler, hold } = mix, bus = createTestBus(), log = [];
    bus.subscribe('a', handler(() => { throw new Error('held back too'); }));
    bus.publish('a');
    await settled();
    assert.deepEqual(bus.failures, []);
    const aborting = new AbortController();
    handler(() => {})(undefined, { seq: 1, signal: aborting.signal }).catch((error) => log.push(error.name));
    handler(() => {})(undefined, { seq: 1, signal: AbortSignal.abort() }).catch((error) => log.push(error.name));
    await settled();
    aborting.abort();
    await settled();
    assert.deepEqual(log, ['AbortError', 'AbortError']);
    hold().then(() => log.push('let go'));
    const shuffled = shuffle(1);
    assert.isFalse(shuffled.release());
    shuffled.hold().then(() => log.push('let go'));
    assert.equal(shuffled.waiting, 1);
    assert.isTrue(shuffled.release());
    await settled();
    assert.equal(log.at(-1), 'let go');
    assert.equal(shuffled.waiting, 0);
    assert.isFunction(mix.release);
    mix.release();
    mix.release();
    await settled();
    assert.deepEqual(bus.failures.map(({ error }) => error.message), ['held back too']);
    await bus.close();
  });

  test('random: the seed decides', () => {
    const draw = (seed) => Array.from({ length: 1000 }, random(seed));
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    assert.isTrue(draw(1).every((n) => n >= 0 && n < 1));
    const mean = draw(3).reduce((sum, n) => sum + n) / 1000;
    assert.approximately(mean, 0.5, 0.05);
  });
}
