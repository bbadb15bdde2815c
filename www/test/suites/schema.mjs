// Schemas and versions of topics. `validators` are the schema libraries, `type` being arktype's where it may evaluate code.
export function schema(test, assert, make, { SchemaError, VersionError, OptionError, PayloadError }, { z, v, type, jsonSchema }) {
  const thrown = (call, kind, code) => {
    try {
      call();
    } catch (error) {
      assert.instanceOf(error, kind);
      assert.equal(error.code, code);
      assert.equal(error.name, kind.prototype.name);
      return error;
    }
    assert.fail('nothing was thrown');
  };
  const refused = (call) => thrown(call, SchemaError, 'TB_SCHEMA');
  const collect = (bus, pattern) => {
    const seen = [];
    bus.subscribe(pattern, (data, { version, dataschema }) => seen.push([data, version, dataschema]));
    return seen;
  };
  const standard = (validate) => ({ '~standard': { version: 1, vendor: 'test', validate } });
  const even = standard((value) => value % 2 === 0 ? { value } : { issues: [{ message: 'odd' }] });

  const libraries = {
    zod: z.object({ id: z.string(), items: z.array(z.object({ price: z.number().min(0) })) }),
    valibot: v.object({ id: v.string(), items: v.array(v.object({ price: v.pipe(v.number(), v.minValue(0)) })) }),
    'JSON Schema': jsonSchema({
      type: 'object', required: ['id', 'items'],
      properties: { id: { type: 'string' }, items: { type: 'array', items: { type: 'object', required: ['price'], properties: { price: { type: 'number', minimum: 0 } } } } },
    }),
  };
  if (type !== undefined) libraries.arktype = type({ id: 'string', items: [{ price: 'number >= 0' }, '[]'] });
  for (const [name, schema] of Object.entries(libraries)) {
    test(`${name}: invalid data is the publisher's typed error with its issues, and nobody gets it`, async () => {
      const bus = await make(), seen = collect(bus, 'order.>');
      const orders = bus.topic('order.checked', { schema });
      const good = { id: 'a', items: [{ price: 1 }] };
      orders.publish(good);
      for (const [data, paths] of [
        [{ id: 'a', items: [{ price: 1 }, { price: -1 }] }, [['items', 1, 'price']]],
        [{ id: 1, items: [{ price: 'x' }] }, [['id'], ['items', 0, 'price']]],
        ['x', [[]]],
      ]) {
        const { published } = bus.stats();
        const error = refused(() => bus.publish('order.checked', data));
        assert.equal(error.topic, 'order.checked');
        assert.deepEqual(error.issues.map(({ path }) => path), paths);
        for (const { message } of error.issues) assert.isAbove(message.length, 3);
        assert.include(error.message, 'order.checked');
        assert.equal(bus.stats().published, published);
      }
      orders.publish(good);
      assert.deepEqual(seen, [[good, undefined, undefined], [good, undefined, undefined]]);
    });
  }

  test('a Standard Schema of another version than 1 is refused, and nothing of it is declared', async () => {
    const bus = await make(), seen = collect(bus, 'n');
    for (const version of [2, 0, '1', undefined, null, 1.5, {}, [1]]) {
      const schema = { '~standard': { version, vendor: 'test', validate: (value) => ({ value: `changed ${value}` }) } };
      assert.match(thrown(() => bus.topic('n', { schema, version: 3 }), OptionError, 'TB_OPTION').message, /topic "n" option schema: expected a Standard Schema of version 1/);
    }
    bus.publish('n', 1);
    bus.topic('n', { schema: even }).publish(2);
    assert.deepEqual(seen, [[1, undefined, undefined], [2, undefined, undefined]]);
  });

  test('what the schema makes of the data is what is delivered', async () => {
    const bus = await make(), seen = collect(bus, 'n');
    const numbers = bus.topic('n', { schema: z.coerce.number() });
    numbers.publish('5');
    bus.publish('n', '6', { subject: 's' });
    assert.deepEqual(seen.map(([data]) => data), [5, 6]);
    bus.topic('o', { schema: z.object({ n: z.number().default(1) }) });
    const objects = collect(bus, 'o');
    bus.publish('o', { other: true });
    assert.deepEqual(objects[0][0], { n: 1 });
  });

  test('every way to publish is checked', async () => {
    const failures = [], bus = await make({ onError: (failure) => failures.push(failure) }), seen = collect(bus, 'even');
    const topic = bus.topic('even', { schema: even }), other = bus.topic('even');
    refused(() => bus.publish('even', 1));
    refused(() => bus.publish('even', 1, { id: 'x' }));
    refused(() => topic.publish(1));
    refused(() => other.publish(1));
    refused(() => bus.target.dispatchEvent(new CustomEvent('even', { detail: 1 })));
    assert.isEmpty(failures);
    const page = new EventTarget();
    bus.bridge(page, { from: { click: { topic: 'even', payload: ({ detail }) => detail } } });
    page.dispatchEvent(new CustomEvent('click', { detail: 1 }));
    assert.instanceOf(failures.pop().error, SchemaError);
    page.dispatchEvent(new CustomEvent('click', { detail: 2 }));
    bus.subscribe('start', () => bus.publish('even', 3), { name: 'starter' });
    bus.publish('start');
    const { error, name } = failures.pop();
    assert.deepEqual([error.code, name], ['TB_SCHEMA', 'starter']);
    bus.target.dispatchEvent(new CustomEvent('even', { detail: 4 }));
    assert.isEmpty(failures);
    assert.deepEqual(seen.map(([data]) => data), [2, 4]);
  });

  test('a nested publish is checked when it is published, not when its turn comes', async () => {
    const bus = await make(), log = [];
    bus.topic('even', { schema: even });
    bus.subscribe('a', () => {
      for (const n of [1, 2]) {
        try {
          bus.publish('even', n);
          log.push(`queued ${n}`);
        } catch (error) {
          log.push(`${error.code} ${n}`);
        }
      }
    });
    bus.subscribe('even', (n) => log.push(`got ${n}`));
    bus.publish('a');
    assert.deepEqual(log, ['TB_SCHEMA 1', 'queued 2', 'got 2']);
  });

  test('a topic may be declared after it was published, and beside topics that are not', async () => {
    const bus = await make(), seen = collect(bus, '*');
    for (let i = 0; i < 3; i++) bus.publish('even', 1);
    bus.topic('even', { schema: even });
    for (let i = 0; i < 3; i++) {
      refused(() => bus.publish('even', 1));
      bus.publish('plain', 1);
      bus.publish('even', 2);
      refused(() => bus.publish('even', 3));
    }
    const off = bus.subscribe('even', () => {});
    refused(() => bus.publish('even', 1));
    off();
    refused(() => bus.publish('even', 1));
    for (let i = 0; i < 5000; i++) bus.publish(`many.${i}`, 1); // beyond what the cache of routes holds
    refused(() => bus.publish('even', 1));
    assert.deepEqual(seen.map(([data]) => data), [1, 1, 1, 1, 2, 1, 2, 1, 2]);
  });

  test('interceptors come before the schema', async () => {
    const bus = await make(), seen = collect(bus, 'even');
    bus.topic('even', { schema: even });
    const off = bus.use((event, next) => next(event.data + 1));
    bus.publish('even', 1);
    refused(() => bus.publish('even', 2));
    off();
    bus.use((event, next) => event.data === 9 ? undefined : next());
    bus.publish('even', 9);
    assert.deepEqual(seen.map(([data]) => data), [2]);
    assert.equal(bus.stats().intercepted, 1);
  });

  for (const [what, validate, says] of [
    ['throws', () => { throw new Error('oh'); }, /failed: oh/],
    ['throws nothing that can be shown', () => { throw { get message() { throw 1; }, toString() { throw 2; } }; }, /failed: an object/],
    ['throws an error with hostile getters', () => { throw Object.defineProperty(new Error(), 'message', { get() { throw 3; } }); }, /cannot be shown/],
    ['is asynchronous', async () => { throw new Error('late'); }, /asynchronously/],
    ['answers nothing', () => {}, /undefined/],
    ['answers null', () => null, /null/],
    ['answers text', () => 'ok', /"ok"/],
    ['has a throwing then', () => ({ get then() { throw new Error('then'); } }), /failed: then/],
    ['has throwing issues', () => ({ get issues() { throw new Error('issues'); } }), /failed: issues/],
    ['has a throwing value', () => ({ get value() { throw new Error('value'); } }), /failed: value/],
    ['has issues that are no list', () => ({ issues: 'many' }), /no reason/],
    ['has no issues', () => ({ issues: [] }), /no reason/],
    ['has issues that are nothing', () => ({ issues: [undefined] }), /failed/],
    ['has a message that cannot be shown', () => ({ issues: [{ message: { toString() { throw new Error('message'); } } }] }), /failed: message/],
    ['has a path that throws', () => ({ issues: [{ message: 'm', path: { [Symbol.iterator]() { throw new Error('path'); } } }] }), /failed: path/],
    ['has keys of all kinds', () => ({ issues: [{ message: 'm', path: [{ key: 'a' }, 1, Symbol('s'), { key: 2 }] }] }), /\$\.a\[1\]\.Symbol\(s\)\[2\]: m/],
    ['has a million issues', () => ({ issues: Array(1e6).fill({ message: 'm' }) }), /and 95 more/],
  ]) {
    test(`a schema that ${what}: a typed error, and the bus lives`, async () => {
      const bus = await make(), seen = collect(bus, '*');
      bus.topic('bad', { schema: standard(validate) });
      assert.match(refused(() => bus.publish('bad', 1)).message, says);
      bus.publish('good', 2);
      assert.deepEqual(seen.map(([data]) => data), [2]);
      assert.equal(bus.stats().failed, 0);
    });
  }

  const steps = { 1: (n) => ({ n }), 2: ({ n }) => ({ count: n }) };
  const counted = v.object({ count: v.number() });

  test('an older version is brought up step by step, then checked, and delivered as the current one', async () => {
    const bus = await make(), seen = collect(bus, 'tally');
    const topic = bus.topic('tally', { schema: counted, version: 3, upcast: steps });
    bus.publish('tally', 7, { version: 1 });
    bus.publish('tally', { n: 8 }, { version: '2', subject: 's' });
    topic.publish({ count: 9 }, { version: 3 });
    topic.publish({ count: 10 });
    assert.deepEqual(seen, [7, 8, 9, 10].map((count) => [{ count }, 3, undefined]));
    refused(() => bus.publish('tally', 'x', { version: 1 }));
    refused(() => bus.publish('tally', 7));
    refused(() => bus.publish('tally', { n: 8 }, { version: 3 }));
    assert.equal(seen.length, 4);
  });

  test('the steps of an upcast may be inherited, and what a page gave to all objects is none', async () => {
    const bus = await make(), seen = collect(bus, 'tally');
    Object.prototype.stray = () => {};
    try {
      bus.topic('tally', { version: 3, upcast: Object.create(steps) });
    } finally {
      delete Object.prototype.stray;
    }
    bus.publish('tally', 7, { version: 1 });
    assert.deepEqual(seen, [[{ count: 7 }, 3, undefined]]);
  });

  test('what else the publisher said of an event stays', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('tally', (_, { id, subject, key, version }) => seen.push({ id, subject, key, version }));
    bus.topic('tally', { version: 3, upcast: steps });
    bus.publish('tally', 7, { id: 'i', subject: 's', key: 'k', version: 1 });
    bus.publish('tally', 7, { version: 1 });
    const schemas = collect(bus, 'tally'), dataschema = 'https://example.com/tally';
    bus.publish('tally', 7, { version: 3, dataschema });
    bus.publish('tally', 7, { version: 2, dataschema });
    assert.deepEqual(schemas.map((event) => event[2]), [dataschema, undefined], 'another version has another schema');
    assert.deepEqual(seen[0], { id: 'i', subject: 's', key: 'k', version: 3 });
    assert.match(seen[1].id, /^[\da-f]{8}-2$/);
  });

  for (const [version, reason] of [
    [4, /newer/], ['12', /newer/], [0, /whole number/], [-1, /whole number/], [1.5, /whole number/],
    ['01', /whole number/], ['1.0', /whole number/], ['one', /whole number/], [2, /no upcast from 2/], [1, /no upcast from 2/],
  ]) {
    test(`version ${JSON.stringify(version)} (${version}) that cannot be had is a typed error`, async () => {
      const bus = await make(), seen = collect(bus, 'tally');
      bus.topic('tally', { version: 3, upcast: { 1: (n) => n } });
      const error = thrown(() => bus.publish('tally', 1, { version }), VersionError, 'TB_VERSION');
      assert.deepEqual([error.topic, error.version, error.current], ['tally', version, 3]);
      assert.match(error.reason, reason);
      assert.isEmpty(seen);
    });
  }

  test('an upcast that throws or returns a promise is a typed error', async () => {
    const bus = await make(), seen = collect(bus, '*'), cause = new Error('oh');
    bus.topic('throws', { version: 2, upcast: { 1: () => { throw cause; } } });
    const error = thrown(() => bus.publish('throws', 1, { version: 1 }), VersionError, 'TB_VERSION');
    assert.match(error.message, /from 1 failed: oh/);
    assert.strictEqual(error.cause, cause);
    bus.topic('waits', { version: 2, upcast: { 1: async () => { throw new Error('late'); } } });
    assert.match(thrown(() => bus.publish('waits', 1, { version: 1 }), VersionError, 'TB_VERSION').message, /promise/);
    bus.publish('good');
    assert.equal(seen.length, 1);
  });

  test('a topic is declared once; the same again is fine, another is a typed error that names the topic', async () => {
    const bus = await make(), seen = collect(bus, 'tally');
    bus.topic('tally', { schema: counted });
    bus.topic('tally', { version: 3, upcast: steps });
    bus.topic('tally', { schema: counted, version: 3, upcast: steps });
    bus.topic('tally', {});
    for (const options of [{ schema: even }, { version: 2 }, { upcast: { ...steps } }]) {
      const error = thrown(() => bus.topic('tally', options), OptionError, 'TB_OPTION');
      assert.include(error.message, '"tally"');
      assert.include(error.message, Object.keys(options)[0]);
    }
    bus.publish('tally', 7, { version: 1 });
    assert.deepEqual(seen, [[{ count: 7 }, 3, undefined]]);
  });

  test('wrong declarations are typed errors, and nothing of them holds', async () => {
    const bus = await make(), seen = collect(bus, 'odd');
    for (const options of [
      { schema: 1 }, { schema: null }, { schema: 'x' }, { schema: { '~standard': 1 } }, { schema: { '~standard': {} } }, { schema: { get '~standard'() { throw new Error('no'); } } },
      { version: 0 }, { version: 1.5 }, { version: '1' }, { version: -1 }, { upcast: { 1: (n) => n } }, { version: 2, upcast: { 2: (n) => n } },
      { version: 2, upcast: { 0: (n) => n } }, { version: 2, upcast: { x: (n) => n } }, { version: 2, upcast: { 1: 'x' } }, { version: 2, upcast: null },
      { schema: even, version: 'x' }, { unknown: 1 }, null, 7,
    ]) thrown(() => bus.topic('odd', options), OptionError, 'TB_OPTION');
    bus.publish('odd', 1);
    assert.deepEqual(seen, [[1, undefined, undefined]]);
  });

  test('a plain JSON Schema works once the module is imported, and is a typed error that says so before', async () => {
    const bus = await make(), shared = globalThis[Symbol.for('trolleybus/1')], found = shared.jsonSchema, schema = { type: 'number', minimum: 3 };
    shared.jsonSchema = undefined;
    try {
      assert.include(thrown(() => bus.topic('n', { schema }), OptionError, 'TB_OPTION').message, 'trolleybus/json-schema');
    } finally {
      shared.jsonSchema = found;
    }
    bus.topic('n', { schema });
    bus.topic('n', { schema });
    bus.publish('n', 3);
    assert.match(refused(() => bus.publish('n', 2)).issues[0].message, /less than 3/);
    // What has no JSON form is no instance of any JSON Schema.
    for (const data of [undefined, 1n, () => {}, Symbol('s')]) refused(() => bus.publish('n', data));
  });

  test('a JSON Schema that is none, or never ends, is a typed error', async () => {
    const bus = await make(), round = {};
    round.round = round;
    bus.topic('unknown', { schema: jsonSchema({ $ref: '#/$defs/missing' }) });
    refused(() => bus.publish('unknown', {}));
    bus.topic('round', { schema: jsonSchema({ properties: { round: { $ref: '#' } } }) });
    refused(() => bus.publish('round', round));
    bus.topic('pointer', { schema: jsonSchema({ properties: { 'a/b~c d': { type: 'string' } } }) });
    assert.deepEqual(refused(() => bus.publish('pointer', { 'a/b~c d': 1 })).issues[0].path, ['a/b~c d']);
  });

  test('dev: data is frozen all the way down, and events, before anybody gets them', async () => {
    const bus = await make({ dev: true }), seen = [];
    const inner = { list: [{ n: 1 }] };
    bus.subscribe('a', (data, event) => {
      seen.push(['a', Object.isFrozen(event), Object.isFrozen(data.inner.list[0])]);
      bus.publish('b', { nested: {} });
    });
    bus.subscribe('b', (data, event) => seen.push(['b', Object.isFrozen(event), Object.isFrozen(data.nested)]));
    // A frozen object may hold one that is not.
    bus.publish('a', Object.freeze({ inner }));
    bus.target.dispatchEvent(new CustomEvent('b', { detail: { nested: {} } }));
    bus.subscribe('c', (_, event) => { 'use strict'; event.topic = 'x'; });
    bus.subscribe('$bus.error', ({ error }) => seen.push(error instanceof TypeError));
    bus.publish('c');
    assert.deepEqual(seen, [['a', true, true], ['b', true, true], ['b', true, true], true]);
  });

  test('dev: what the schema or an upcast makes is frozen too', async () => {
    const bus = await make({ dev: true }), seen = [];
    bus.topic('a', { schema: z.object({ n: z.array(z.number()) }), version: 2, upcast: { 1: (n) => ({ n: [n] }) } });
    bus.subscribe('a', (data) => seen.push(Object.isFrozen(data) && Object.isFrozen(data.n)));
    bus.publish('a', { n: [1] });
    bus.publish('a', 1, { version: 1 });
    assert.deepEqual(seen, [true, true]);
  });

  test('data that cannot be frozen is the publisher\'s error, and nobody gets it', async () => {
    const bus = await make({ dev: true }), seen = collect(bus, '*');
    const hostile = new Proxy({}, { preventExtensions() { throw new Error('never'); } });
    assert.throws(() => bus.publish('a', { hostile }), 'never');
    thrown(() => bus.publish('a', [hostile]), PayloadError, 'TB_PAYLOAD');
    bus.publish('a', 1);
    assert.deepEqual(seen.map(([data]) => data), [1]);
  });

  test('close forgets the declarations of a bus', async () => {
    const bus = await make();
    bus.topic('even', { schema: even });
    await bus.close();
    assert.throws(() => bus.topic('even'), /closed/);
    assert.throws(() => bus.publish('even', 1), /closed/);
  });
}
