// trolleybus/mitt: the API of mitt 3 on a bus.
import { names, values } from './names.mjs';

export function mittFacade(test, assert, make, mitt) {
  test('mitt: handlers of a type in their order, then those of all types', async () => {
    const emitter = mitt(undefined, { bus: await make() }), seen = [];
    emitter.on('*', (type, data) => seen.push(['*', type, data]));
    emitter.on('a', (data) => seen.push(['first', data]));
    emitter.on('a', (data) => seen.push(['second', data]));
    emitter.emit('a', 1);
    emitter.emit('b', 2);
    assert.deepEqual(seen, [['first', 1], ['second', 1], ['*', 'a', 1], ['*', 'b', 2]]);
  });

  test('mitt: off takes one of the same handlers, or all of a type', async () => {
    const emitter = mitt(undefined, { bus: await make() }), seen = [];
    const handler = (data) => seen.push(data);
    for (const other of [handler, handler, () => seen.push('other')]) emitter.on('a', other);
    emitter.off('a', handler);
    emitter.off('a', () => {});
    emitter.off('never', handler);
    emitter.emit('a', 1);
    assert.deepEqual(seen.splice(0), [1, 'other']);
    emitter.off('a');
    emitter.emit('a', 2);
    assert.deepEqual(seen, []);
  });

  test('mitt: all is the Map that was given, to be read and changed', async () => {
    const seen = [], all = new Map([['a', [(data) => seen.push(['given', data])]]]);
    const emitter = mitt(all, { bus: await make() });
    assert.strictEqual(emitter.all, all);
    emitter.emit('a', 1);
    all.set('b', [(data) => seen.push(['set', data])]);
    emitter.emit('b', 2);
    all.clear();
    emitter.emit('a', 3);
    assert.deepEqual(seen, [['given', 1], ['set', 2]]);
  });

  test('mitt: handlers are those that there were when the event came to them', async () => {
    const emitter = mitt(undefined, { bus: await make() }), seen = [];
    const second = () => seen.push('second');
    emitter.on('a', () => {
      seen.push('first');
      emitter.off('a', second);
      emitter.on('a', () => seen.push('added'));
    });
    emitter.on('a', second);
    emitter.emit('a');
    assert.deepEqual(seen, ['first', 'second']);
  });

  test('mitt: what it emits is an event of the bus', async () => {
    const bus = await make(), seen = [], data = { id: 1 };
    bus.subscribe('>', (data, { topic }) => seen.push([topic, data]));
    const emitter = mitt(undefined, { bus, topic: 'cart' });
    emitter.emit('nobody listens', 0);
    emitter.on('added', () => seen.push('handler'));
    emitter.emit('added', data);
    assert.deepEqual(seen, [['cart.nobody%20;listens', 0], ['cart.added', data], 'handler']);
    assert.strictEqual(seen[1][1], data);
  });

  test('mitt: what others publish on its topics reaches its handlers', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'cart' }), seen = [];
    emitter.on('two words', (data) => seen.push(data));
    emitter.on('*', (type) => seen.push(type));
    bus.publish('cart.two%20;words', 1);
    bus.publish('cartoon.added', 2);
    assert.deepEqual(seen, [1, 'two words']);
  });

  test('mitt: emitters that name no topic hear nothing of each other', async () => {
    const bus = await make(), topics = [], seen = [];
    const one = mitt(undefined, { bus }), two = mitt(undefined, { bus });
    bus.subscribe('mitt.*.a', (_, { topic }) => topics.push(topic));
    one.on('a', () => seen.push('one'));
    two.on('a', () => seen.push('two'));
    one.emit('a');
    two.emit('a');
    one.emit('a');
    assert.deepEqual(seen, ['one', 'two', 'one']);
    assert.equal(topics[0], topics[2]);
    assert.notEqual(topics[0], topics[1]);
  });

  test('mitt: depth-first, also inside a delivery of the bus', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' }), seen = [];
    emitter.on('a', () => {
      seen.push('a1');
      emitter.emit('b');
      seen.push('a1 ends');
    });
    emitter.on('a', () => seen.push('a2'));
    emitter.on('b', () => seen.push('b'));
    const nested = ['a1', 'b', 'a1 ends', 'a2'];
    emitter.emit('a');
    assert.deepEqual(seen.splice(0), nested);
    bus.subscribe('start', () => {
      bus.publish('later');
      emitter.emit('a');
      seen.push('start ends');
    });
    bus.subscribe('later', () => seen.push('later'));
    bus.publish('start');
    assert.deepEqual(seen, [...nested, 'start ends', 'later']);
  });

  test('mitt: emit throws what a handler throws, and the bus goes on', async () => {
    const failures = [], seen = [], error = new Error('mine');
    const bus = await make({ onError: (failure) => failures.push(failure.error) });
    const emitter = mitt(undefined, { bus, topic: 'm' });
    emitter.on('a', () => { throw error; });
    emitter.on('a', () => seen.push('not called'));
    bus.subscribe('m.a', () => seen.push('bus'));
    let thrown;
    try { emitter.emit('a'); } catch (caught) { thrown = caught; }
    assert.strictEqual(thrown, error);
    assert.deepEqual([seen.splice(0), failures], [['bus'], []]);
    emitter.on('undefined', () => { throw undefined; });
    let threw = false;
    try { emitter.emit('undefined'); } catch { threw = true; }
    assert.isTrue(threw);
    // Nobody but the bus is there to be told of what it throws on an event that others published.
    bus.publish('m.a');
    assert.deepEqual([seen, failures], [['bus'], [error]]);
  });

  test('mitt: a handler that catches what an emit in it throws throws nothing itself', async () => {
    const emitter = mitt(undefined, { bus: await make() }), seen = [];
    emitter.on('inner', () => { throw new Error('inner'); });
    emitter.on('outer', () => {
      try { emitter.emit('inner'); } catch ({ message }) { seen.push(message); }
    });
    emitter.on('outer', () => seen.push('second'));
    emitter.emit('outer');
    assert.deepEqual(seen, ['inner', 'second']);
  });

  test('mitt: emitters of one topic are one on the bus, and each has its own failures', async () => {
    const failures = [], seen = [];
    const bus = await make({ onError: ({ error }) => failures.push(error.message) });
    const one = mitt(undefined, { bus, topic: 'm' }), two = mitt(undefined, { bus, topic: 'm' });
    two.on('a', (data) => {
      seen.push(['two', data]);
      throw new Error('two');
    });
    one.on('a', (data) => {
      seen.push(['one', data]);
      if (data === 2) throw new Error('one');
    });
    one.emit('a', 1);
    assert.throws(() => one.emit('a', 2), /^one$/);
    assert.throws(() => two.emit('a', 3), /^two$/);
    assert.deepEqual(seen, [['two', 1], ['one', 1], ['two', 2], ['one', 2], ['two', 3], ['one', 3]]);
    assert.deepEqual(failures, ['two', 'two']);
  });

  test('mitt: interceptors see its events, and what they make of the data is what handlers get', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' }), seen = [];
    bus.use((event, next) => {
      if (event.topic === 'm.dropped') return;
      next(event.data * 2);
    });
    emitter.on('*', (type, data) => {
      seen.push([type, data]);
      throw new Error(type);
    });
    assert.throws(() => emitter.emit('a', 21), /^a$/);
    emitter.emit('dropped', 1);
    assert.deepEqual(seen, [['a', 42]]);
  });

  test('mitt: every name has a legal topic of its own, and comes back from it', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' }), topics = new Map();
    let topic;
    bus.subscribe('m.>', (_, event) => { topic = event.topic; });
    for (const name of names) {
      let got;
      emitter.on(name, (...parameters) => { got = parameters.at(-1); });
      emitter.emit(name, 'emitted');
      assert.equal(got, 'emitted', String(name));
      assert.isFalse(topics.has(topic), `${topic} is of two names`);
      topics.set(topic, name);
    }
    for (const [topic, name] of topics) {
      let got;
      emitter.all.clear();
      emitter.on('*', (type) => { got = type; });
      bus.publish(topic);
      assert.strictEqual(got, name);
    }
  });

  test('mitt: types of events are told apart as the keys of a Map, whatever they are', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' }), topics = new Map(), seen = [];
    bus.subscribe('m.>', (_, { topic }) => seen.push(topic));
    for (const type of [...values, ...values.map(String)]) emitter.on(type, (data) => seen.push(['heard', type, data]));
    for (const type of values) {
      emitter.emit(type, 1);
      const [topic, ...heard] = seen.splice(0);
      assert.deepEqual(heard, [['heard', type, 1]], String(type));
      assert.isFalse(topics.has(topic), `${topic} is of two types`);
      topics.set(topic, type);
    }
    emitter.emit(-0, 2);
    assert.deepEqual(seen.splice(0), ['m.%number;0', ['heard', 0, 2]]);
    assert.includeMembers([...topics.keys()], ['m.%number;1', 'm.%number;1.5', 'm.%boolean;true', 'm.%undefined;undefined', 'm.%null;null', 'm.%bigint;7']);
    // By the topic alone too, and for emitters that have not emitted them.
    for (const [topic, type] of topics) {
      bus.publish(topic, 3);
      assert.deepEqual(seen.splice(0), [topic, ['heard', type, 3]]);
    }
    const another = mitt(undefined, { bus, topic: 'm' });
    another.on('*', (type) => seen.push(['all', type]));
    emitter.all.clear();
    for (const type of values.filter((type) => Object(type) !== type && typeof type !== 'symbol')) {
      emitter.emit(type);
      assert.deepEqual(seen.splice(0).slice(1), [['all', type]]);
    }
    for (const topic of ['m.%bigint;x', 'm.%object;12345', 'm.%symbol;12345;x', 'm.%cut;1']) bus.publish(topic); // of nobody here
    assert.lengthOf(seen, 4);
  });

  test('mitt: emitters of one topic hear of each other by symbols and objects too', async () => {
    const bus = await make(), one = mitt(undefined, { bus, topic: 'm' }), two = mitt(undefined, { bus, topic: 'm' }), seen = [];
    const types = [Symbol('own'), {}, () => {}, 'x'.repeat(300)];
    for (const type of types) two.on(type, (data) => seen.push(data));
    types.forEach((type, i) => one.emit(type, i));
    assert.deepEqual(seen, [0, 1, 2, 3]);
  });

  test('mitt: is subscribed while it has handlers', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' });
    const count = () => bus.subscriptions().filter(({ pattern }) => pattern === 'm.>').length;
    const handler = () => {};
    assert.equal(count(), 0);
    emitter.on('a', handler);
    emitter.on('*', handler);
    assert.equal(count(), 1);
    emitter.off('a', handler);
    assert.equal(count(), 1);
    emitter.off('*');
    assert.equal(count(), 0);
    emitter.on('a', handler);
    emitter.all.clear();
    emitter.emit('a');
    assert.equal(count(), 0);
  });

  test('mitt: endless recursion is cut with an error that its caller gets', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' });
    let depth = 0;
    emitter.on('loop', () => {
      depth++;
      emitter.emit('loop');
    });
    let code;
    try { emitter.emit('loop'); } catch (error) { ({ code } = error); }
    assert.equal(code, 'TB_RECURSION');
    assert.isAtLeast(depth, 200);
    let alive = false;
    emitter.on('other', () => { alive = true; });
    emitter.emit('other');
    assert.isTrue(alive);
  });

  test('mitt: goes on without a bus that was closed, which is said once', async () => {
    const bus = await make(), emitter = mitt(undefined, { bus, topic: 'm' }), seen = [], said = [], { error } = console;
    emitter.on('a', (data) => seen.push(data));
    await bus.close();
    console.error = (error) => said.push(error.code);
    try {
      emitter.emit('a', 1);
      emitter.emit('a', 2);
      emitter.on('b', (data) => seen.push(data));
      emitter.emit('b', 3);
      emitter.off('a');
      emitter.off('b');
    } finally {
      console.error = error;
    }
    assert.deepEqual([seen, said], [[1, 2, 3], ['TB_CLOSED']]);
  });

  test('mitt: a topic that is none is an error of the first call that needs it', async () => {
    const bus = await make(), before = bus.subscriptions().length;
    for (const topic of ['not legal', '', '*', '>', 'a.*', '*.a', 'a*', '.a', 'a.', 'a..b', '$bus', '$x', '\ud800', 'x'.repeat(300)]) {
      const emitter = mitt(undefined, { bus, topic });
      for (const call of [() => emitter.on('a', () => {}), () => emitter.emit('a')]) {
        let code;
        try { call(); } catch (error) { ({ code } = error); }
        assert.equal(code, 'TB_TOPIC', topic);
      }
    }
    assert.lengthOf(bus.subscriptions(), before);
  });
}
