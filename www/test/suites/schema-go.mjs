import { until } from './contract.mjs';
import { times } from './effort.mjs';
import { silence } from './go.mjs';

// Schemas and versions where JavaScript and Go share a bus: either side declares, either side publishes.
export function schemaInGo(test, assert, { make, create, trolleybus: { TrolleybusError, VersionError } }, { z }) {
  const collect = (bus, pattern) => {
    const seen = [];
    bus.subscribe(pattern, (data) => seen.push(data));
    return seen;
  };
  const thrown = (call) => {
    try {
      call();
    } catch (error) {
      return error;
    }
    assert.fail('nothing was thrown');
  };
  /** What Go's publisher got: published in Go, as the page asks. */
  const fromGo = (bus, topic, data, version) => {
    const answers = [], off = bus.subscribe('go.published', (answer) => answers.push(answer));
    bus.publish('go.publish', { topic, data, version });
    off();
    return answers[0];
  };
  const two = { seats: 2, names: ['a', 'b'] };

  test('JavaScript publishes on a topic that Go declared: the error is thrown before anybody got it', async () => {
    const bus = await make(), got = collect(bus, 'go.got'), seen = collect(bus, 'go.booked');
    bus.publish('go.booked', two);
    for (const [data, messages, paths] of [
      [{ seats: 0, names: ['a'] }, ['must be at least 1', 'one name for each seat'], [['seats'], []]],
      [{ seats: 2, names: [] }, ['one name for each seat'], [[]]],
    ]) {
      for (const publish of [() => bus.publish('go.booked', data), () => bus.topic('go.booked').publish(data), () => bus.target.dispatchEvent(new CustomEvent('go.booked', { detail: data }))]) {
        const error = thrown(publish);
        assert.deepEqual([error.name, error.code, error.topic], ['SchemaError', 'TB_SCHEMA', 'go.booked']);
        assert.deepEqual(error.issues.map(({ message }) => message), messages);
        assert.deepEqual(error.issues.map(({ path }) => path), paths);
      }
    }
    // Data that Go cannot make a Booking of.
    for (const data of ['x', { seats: 'two' }, undefined, { seats: 1n }, () => {}, Object.defineProperty({}, 'seats', { enumerable: true, get() { throw new Error('no'); } })]) {
      assert.equal(thrown(() => bus.publish('go.booked', data)).code, 'TB_SCHEMA');
    }
    assert.deepEqual(got, [two]);
    assert.deepEqual(seen, [two]);
    assert.equal(bus.stats().failed, 0);
  });

  test('what JavaScript refuses of a publisher in Go is its error, whatever the code and the size of that are', async () => {
    const bus = await make();
    let refuse;
    bus.use((event, next) => {
      if (event.topic === 'refused') throw refuse();
      next();
    });
    for (const [code, want] of [['TB_OWN', 'TB_OWN'], ['TB_\ud800', 'TB_SCRIPT'], ['TB_\udc00', 'TB_SCRIPT'], ['x'.repeat(1 << 24), 'TB_SCRIPT'], [Symbol('s'), 'TB_SCRIPT']]) {
      refuse = () => Object.assign(new TrolleybusError('TB_OWN', 'no'), { code });
      assert.equal(fromGo(bus, 'refused', 1).code, want);
    }
    const long = 'k'.repeat(100_000), many = Array(200).fill(long);
    let issues;
    bus.topic('checked', { schema: { '~standard': { version: 1, vendor: 'v', validate: () => ({ issues }) } } });
    for (issues of [
      Array.from({ length: 100_000 }, (_, i) => ({ message: `wrong ${i}`, path: ['a', i] })), [{ message: long.repeat(170), path: [] }], [{ message: 'm', path: many }], many.map((message) => ({ message, path: [message] })),
    ]) {
      const { code, topic, issues: [first] } = fromGo(bus, 'checked', 1);
      assert.deepEqual([code, topic], ['TB_SCHEMA', 'checked']);
      assert.isTrue(issues[0].message.startsWith(first.message ?? first.Message));
    }
    for (const [error, code] of [[new VersionError('refused', long.repeat(170), 2, 'no'), 'TB_VERSION'], [new Error(long.repeat(170)), 'TB_SCRIPT']]) {
      refuse = () => error;
      assert.equal(fromGo(bus, 'refused', 1).code, code);
    }
    assert.equal(bus.stats().restarts, 0);
  });

  test('data that Go has checked is delivered as the same object', async () => {
    const bus = await make(), seen = collect(bus, 'go.booked'), data = { ...two };
    bus.publish('go.booked', data);
    assert.strictEqual(seen[0], data);
  });

  test("Go's upcasts and version hold for JavaScript's events", async () => {
    const bus = await make(), got = collect(bus, 'go.got'), seen = [];
    bus.subscribe('go.booked', (data, { version, dataschema, id, subject }) => seen.push({ data, version: String(version), dataschema, id, subject }));
    bus.publish('go.booked', 'ann', { version: 1, subject: 's', id: 'x', dataschema: 'https://example.com/name' });
    bus.publish('go.booked', two);
    assert.deepEqual(got, [{ seats: 1, names: ['ann'] }, two]);
    assert.deepEqual(seen[0], { data: { seats: 1, names: ['ann'] }, version: '2', dataschema: undefined, id: 'x', subject: 's' });
    assert.equal(seen[1].version, '2');
    assert.match(seen[1].id, /^[\da-f]{8}-\d+$/);
    assert.notMatch(seen[1].id, /-0$/);
    for (const [data, version, reason] of [['ann', 3, /newer/], ['ann', 'x', /whole number/], ['', 1, /failed: no name/], [{}, 1, /failed/]]) {
      const error = thrown(() => bus.publish('go.booked', data, { version }));
      assert.deepEqual([error.name, error.code, error.topic, error.version, error.current], ['VersionError', 'TB_VERSION', 'go.booked', String(version), 2]);
      assert.match(error.reason, reason);
    }
    assert.equal(seen.length, 2);
  });

  test('Go publishes on a topic that JavaScript declared: the error is its own kind there', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('page.item', (data, { version }) => seen.push([data, version]));
    bus.topic('page.item', { schema: z.object({ at: z.array(z.object({ n: z.number() })).max(1) }), version: 2, upcast: { 1: (n) => ({ at: [{ n }] }) } });
    assert.deepEqual(fromGo(bus, 'page.item', { at: [{ n: 1 }] }), { code: '' });
    assert.deepEqual(fromGo(bus, 'page.item', 7, '1'), { code: '' });
    const { code, topic, issues } = fromGo(bus, 'page.item', { at: [{ n: 'x' }] });
    assert.deepEqual([code, topic], ['TB_SCHEMA', 'page.item']);
    assert.deepEqual(issues.map(({ Path }) => Path), [['at', '0', 'n']]);
    assert.match(issues[0].Message, /number/);
    assert.equal(fromGo(bus, 'page.item', null).code, 'TB_SCHEMA');
    assert.deepEqual(fromGo(bus, 'page.item', 7, '3'), { code: 'TB_VERSION', topic: 'page.item', version: '3', current: 2, reason: 'it is newer' });
    assert.deepEqual(seen, [[{ at: [{ n: 1 }] }, 2], [{ at: [{ n: 7 }] }, 2]]);
  });

  test("Go publishes on Go's own topic in the page", async () => {
    const bus = await make(), got = collect(bus, 'go.got');
    assert.equal(fromGo(bus, 'go.booked', { seats: 3 }).code, 'TB_SCHEMA', 'a map is no Booking');
    assert.equal(fromGo(bus, 'go.booked', 'ann', '1').code, '');
    assert.equal(fromGo(bus, 'go.booked', 'ann', '4').code, 'TB_VERSION');
    assert.deepEqual(got, [{ seats: 1, names: ['ann'] }]);
  });

  test('both sides declare one topic: both hold', async () => {
    const bus = await make(), got = collect(bus, 'go.got');
    bus.topic('go.booked', { schema: z.object({ seats: z.number().max(2), names: z.array(z.string().transform((name) => name.trim())) }) });
    bus.publish('go.booked', { seats: 1, names: [' a '] });
    assert.match(thrown(() => bus.publish('go.booked', { seats: 3, names: ['a', 'b', 'c'] })).message, /2/);
    assert.match(thrown(() => bus.publish('go.booked', { seats: 0, names: [] })).message, /at least 1/);
    assert.deepEqual(got, [{ seats: 1, names: ['a'] }]);
  });

  test('an interceptor of JavaScript that changes data of Go does not get it past a schema of Go', async () => {
    const bus = await make(), got = collect(bus, 'go.got');
    const off = bus.use((event, next) => event.topic === 'go.booked' ? next({ seats: 0, names: [] }) : next());
    assert.equal(fromGo(bus, 'go.booked', 'ann', '1').code, 'TB_SCHEMA');
    off();
    bus.use((event, next) => event.topic === 'go.booked' ? next(two) : next());
    assert.equal(fromGo(bus, 'go.booked', 'ann', '1').code, '');
    assert.deepEqual(got, [two]);
  });

  test("an interceptor of Go's comes before both schemas", async () => {
    const bus = await make(), seen = collect(bus, 'guarded.replace');
    bus.topic('guarded.replace', { schema: z.literal('replaced') });
    bus.publish('intercept.start');
    bus.publish('guarded.replace', 1);
    assert.deepEqual(seen, ['replaced']);
  });

  test("an interceptor of Go's replaces data that a schema of JavaScript then refuses or changes: Go keeps none of it", async () => {
    const bus = await make(), seen = collect(bus, 'guarded.replace');
    bus.topic('guarded.replace', { schema: z.string().transform((text, context) => text === 'replaced' && seen.length < 3 ? `${text}!` : context.addIssue('no')) });
    bus.publish('intercept.start');
    for (let i = 0; i < 3; i++) bus.publish('guarded.replace', i);
    assert.equal(thrown(() => bus.publish('guarded.replace', 4)).code, 'TB_SCHEMA');
    assert.deepEqual(seen, ['replaced!', 'replaced!', 'replaced!']);
  });

  test('dev: events of Go are frozen too, with their data', async () => {
    const bus = await make({ dev: true }), seen = [];
    bus.subscribe('go.got', (data, event) => seen.push([Object.isFrozen(event), Object.isFrozen(data), Object.isFrozen(data.names), data.seats]));
    bus.publish('go.booked', two);
    bus.publish('go.booked', 'ann', { version: 1 });
    assert.deepEqual(seen, [[true, true, true, 2], [true, true, true, 1]]);
  });

  test('declarations of JavaScript hold from the first line, and when Go has died and come back', async () => {
    const bus = create(), quiet = silence(), codes = [], restarted = collect(bus, '$bus.restarted');
    try {
      bus.topic('n', { schema: z.number() });
      const check = () => codes.push(thrown(() => bus.publish('n', 'x')).code);
      check();
      await bus.ready;
      check();
      bus.publish('crash');
      await until(() => { try { bus.publish('n', 'x'); } catch { return restarted.length === 1; } throw new Error('not checked'); });
      check();
      assert.equal(fromGo(bus, 'n', 'x').code, 'TB_SCHEMA');
      // What Go declared is declared by the new instance again.
      assert.equal(thrown(() => bus.publish('go.booked', 'x')).code, 'TB_SCHEMA');
      assert.deepEqual(codes, ['TB_SCHEMA', 'TB_SCHEMA', 'TB_SCHEMA']);
    } finally {
      quiet();
    }
  });

  test("events that waited for Go pass its schema before they reach its subscribers; those refused are failures", async () => {
    const failures = [], bus = create({ onError: (failure) => failures.push(failure) }), got = collect(bus, 'go.got'), seen = collect(bus, 'go.booked');
    for (const [data, version] of [[two], [{ seats: 0 }], ['ann', 1]]) bus.publish('go.booked', data, version && { version });
    await bus.ready;
    assert.deepEqual(got, [two, { seats: 1, names: ['ann'] }]);
    assert.deepEqual(seen, [two, { seats: 0 }, 'ann'], 'JavaScript got them when Go could not be asked');
    assert.deepEqual(failures.map(({ error, topic }) => [error.code, topic]), [['TB_SCHEMA', 'go.booked']]);
  });

  test('thousands of checked events, good and bad, from both sides: the memory of Go does not grow after warm-up', async () => {
    const bus = await make();
    bus.topic('page.n', { schema: z.number() });
    const work = (n) => {
      for (let i = 0; i < n; i++) {
        bus.publish('go.booked', `x${i}`, { version: 1 });
        thrown(() => bus.publish('go.booked', { seats: 0 }));
        if (i % 10 === 0) fromGo(bus, 'page.n', i % 20 ? i : 'x');
      }
    };
    work(2000);
    const { memory } = bus.stats();
    work(times(20_000));
    assert.isAtMost(bus.stats().memory - memory, 4 * 1024 * 1024);
  });
}
