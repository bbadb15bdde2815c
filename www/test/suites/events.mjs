// trolleybus/events: the API of Node's events on a bus.
import { names } from './names.mjs';
import { realm } from './realm.mjs';

/** What `run` throws; undefined where it throws nothing. */
function thrownBy(run) {
  try { run(); } catch (error) { return error; }
  return undefined;
}

export function eventsFacade(test, assert, make, events) {
  const { default: EventEmitter, errorMonitor } = events;

  test('events: listeners in order, with all arguments, as methods of the emitter', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [];
    assert.isFalse(emitter.emit('a', 0));
    emitter.on('a', function (...parameters) { seen.push(['on', this === emitter, ...parameters]); });
    emitter.prependListener('a', (...parameters) => seen.push(['prepended', ...parameters]));
    assert.strictEqual(emitter.once('a', () => seen.push(['once'])), emitter);
    assert.isTrue(emitter.emit('a', 1, 2, 3, 4));
    assert.isTrue(emitter.emit('a'));
    assert.deepEqual(seen, [['prepended', 1, 2, 3, 4], ['on', true, 1, 2, 3, 4], ['once'], ['prepended'], ['on', true]]);
  });

  test('events: errors and targets of another realm are what they are', async () => {
    const emitter = new EventEmitter({ bus: await make() }), other = await realm(), error = new other.TypeError('elsewhere');
    assert.strictEqual(thrownBy(() => emitter.emit('error', error)), error);
    for (const tag of ['Error', 'DOMException']) assert.equal(thrownBy(() => emitter.emit('error', { get [Symbol.toStringTag]() { return tag; } })).code, 'ERR_UNHANDLED_ERROR');
    if (other.DOMException !== undefined) assert.equal(thrownBy(() => emitter.emit('error', new other.DOMException('elsewhere'))).message, 'elsewhere');
    const iterator = events.on(emitter, 'a');
    await iterator.throw(error).catch(() => {});
    assert.strictEqual(await iterator.next().then(() => undefined, (thrown) => thrown) ?? error, error);
    assert.equal(thrownBy(() => iterator.throw({ message: 'no error' })).code, 'ERR_INVALID_ARG_TYPE');
    const target = new (other.EventTarget ?? EventTarget)(), listener = () => {};
    target.addEventListener('a', listener);
    // Node knows the listeners of its targets, and pages of none.
    const found = thrownBy(() => events.listenerCount(target, 'a'));
    if (typeof process === 'object') assert.equal(events.listenerCount(target, 'a'), 1);
    else assert.equal(found.code, 'ERR_INVALID_ARG_TYPE');
  });

  test('events: what it emits is an event of the bus, whose data are the arguments', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus, topic: 'server' }), seen = [];
    bus.subscribe('>', (data, { topic }) => seen.push([topic, data]));
    emitter.emit('nobody', 'listens');
    emitter.on('two words', () => seen.push('listener'));
    emitter.emit('two words', 1, 2);
    assert.deepEqual(seen, [['server.nobody', ['listens']], ['server.two%20;words', [1, 2]], 'listener']);
  });

  test('events: what others publish on its topics reaches its listeners, an array as arguments', async () => {
    const failures = [], seen = [];
    const bus = await make({ onError: ({ error }) => failures.push(error.message) });
    const emitter = new EventEmitter({ bus, topic: 'server' });
    emitter.on('a', (...parameters) => seen.push(parameters));
    bus.publish('server.a', [1, 2]);
    bus.publish('server.a', 'one');
    assert.deepEqual(seen, [[1, 2], ['one']]);
    emitter.on('b', () => { throw new Error('b'); });
    bus.publish('server.b');
    assert.deepEqual(failures, ['b']);
  });

  test('events: every name has a topic of its own and comes back from it', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus, topic: 'm' }), topics = new Set();
    let topic, got;
    bus.subscribe('m.>', (_, event) => { topic = event.topic; });
    for (const name of names) {
      if (name === 'error') continue;
      emitter.on(name, (data) => { got = [name, data]; });
      emitter.emit(name, 'emitted');
      assert.deepEqual(got, [name, 'emitted']);
      topics.add(topic);
      bus.publish(topic, 'published');
      assert.deepEqual(got, [name, 'published']);
    }
    assert.equal(topics.size, names.length);
    assert.deepEqual(emitter.eventNames(), Reflect.ownKeys(Object.fromEntries(names.map((name) => [name]))));
  });

  test('events: depth-first, and emit throws what a listener throws', async () => {
    const failures = [], seen = [], error = new Error('mine');
    const bus = await make({ onError: (failure) => failures.push(failure.error) });
    const emitter = new EventEmitter({ bus, topic: 'm' });
    emitter.on('outer', () => {
      seen.push(thrownBy(() => emitter.emit('inner')));
      emitter.emit('other');
      seen.push('outer ends');
    });
    emitter.on('other', () => seen.push('other'));
    emitter.on('inner', () => { throw error; });
    emitter.on('inner', () => seen.push('not called'));
    bus.subscribe('m.*', (_, { topic }) => seen.push(topic));
    emitter.emit('outer');
    assert.deepEqual(seen, ['m.inner', error, 'other', 'm.other', 'outer ends', 'm.outer']);
    assert.strictEqual(thrownBy(() => emitter.emit('inner')), error);
    assert.deepEqual(failures, []);
  });

  test('events: listeners are those that there were when the event came to them', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [];
    const second = () => seen.push('second');
    emitter.on('a', () => {
      emitter.off('a', second);
      emitter.on('a', () => seen.push('added'));
    });
    emitter.on('a', second);
    emitter.emit('a');
    assert.deepEqual(seen, ['second']);
  });

  test('events: newListener before it is there, removeListener after it has gone', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [], a = () => {}, b = () => {};
    emitter.on('newListener', (name, listener) => seen.push(['new', name, listener === a, emitter.listenerCount(name)]));
    emitter.on('removeListener', (name, listener) => seen.push(['removed', name, listener === a, emitter.listenerCount(name)]));
    emitter.once('x', a);
    emitter.on('x', b);
    emitter.off('x', a);
    emitter.removeAllListeners('x');
    assert.deepEqual(seen, [['new', 'removeListener', false, 0], ['new', 'x', true, 0], ['new', 'x', false, 1], ['removed', 'x', true, 1], ['removed', 'x', false, 0]]);
    seen.length = 0;
    for (const listener of [a, b]) emitter.on('y', listener);
    seen.length = 0;
    emitter.removeAllListeners();
    assert.deepEqual(seen.slice(-2), [['removed', 'y', false, 1], ['removed', 'y', true, 0]], 'last in, first out');
    assert.deepEqual(emitter.eventNames(), []);
  });

  test('events: names are in the order of the keys of an object: numbers, others, symbols', async () => {
    const emitter = new EventEmitter({ bus: await make() }), symbol = Symbol('s'), listener = () => {};
    for (const name of ['b', symbol, '10', 'a', 2, '01', '-1', 1, '__proto__']) emitter.on(name, listener);
    assert.deepEqual(emitter.eventNames(), ['1', '2', '10', 'b', 'a', '01', '-1', '__proto__', symbol]);
    emitter.off('b', listener).on('b', listener);
    assert.deepEqual(emitter.eventNames(), ['1', '2', '10', 'a', '01', '-1', '__proto__', 'b', symbol]);
    assert.isTrue(emitter.emit(1), 'by their text');
    assert.isTrue(emitter.emit({ toString: () => 'a' }));
  });

  test('events: removeAllListeners tells of those that there were, and takes what is added meanwhile', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [], listener = () => {};
    for (const name of ['b', '1', 'a']) emitter.on(name, listener);
    emitter.on('removeListener', (name) => {
      seen.push(name);
      emitter.on(`${name} again`, listener);
    });
    emitter.removeAllListeners();
    assert.deepEqual(seen, ['1', 'b', 'a']);
    assert.deepEqual(emitter.eventNames(), []);
  });

  test('events: a listener of newListener or removeListener that throws stops that call only', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus, topic: 'm' }), error = new Error('mine'), seen = [];
    const fail = () => { throw error; }, one = () => seen.push('one'), two = () => seen.push('two');
    emitter.on('newListener', fail);
    assert.strictEqual(thrownBy(() => emitter.on('a', one)), error);
    assert.equal(emitter.listenerCount('a'), 0, 'not added');
    emitter.off('newListener', fail);
    emitter.on('a', one).on('a', two).once('b', one).on('removeListener', fail);
    assert.strictEqual(thrownBy(() => emitter.off('a', one)), error);
    assert.deepEqual(emitter.listeners('a'), [two], 'removed');
    // Once: it has gone, and has not been called; its wrapper can be.
    const [wrapper] = emitter.rawListeners('b');
    assert.strictEqual(thrownBy(() => emitter.emit('b')), error);
    assert.deepEqual([emitter.listenerCount('b'), seen], [0, []]);
    wrapper();
    wrapper();
    assert.deepEqual(seen, ['one']);
    emitter.on('c', one).on('c', two);
    assert.strictEqual(thrownBy(() => emitter.removeAllListeners()), error);
    assert.deepEqual([emitter.eventNames(), emitter.listeners('c')], [['removeListener', 'c'], [one, two]], 'up to the one of which it failed');
    emitter.removeAllListeners('removeListener');
    emitter.removeAllListeners();
    assert.equal(bus.subscriptions().filter(({ pattern }) => pattern === 'm.>').length, 0);
  });

  test('events: an object that never called the constructor shares the listeners of its prototype', async () => {
    const parent = new EventEmitter({ bus: await make() }), child = Object.create(parent), seen = [];
    parent.on('a', function () { seen.push(['parent', this === child]); });
    child.on('a', function () { seen.push(['child', this === child]); });
    child.emit('a');
    parent.emit('a');
    assert.deepEqual(seen, [['parent', true], ['child', true], ['parent', false], ['child', false]]);
  });

  test('events: once is removed before it is called, and can be removed by its function', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [];
    const handler = () => {
      seen.push('called');
      emitter.emit('a');
    };
    emitter.once('a', handler);
    assert.deepEqual(emitter.listeners('a'), [handler]);
    assert.strictEqual(emitter.rawListeners('a')[0].listener, handler);
    emitter.emit('a');
    assert.deepEqual([seen, emitter.listenerCount('a')], [['called'], 0]);
    emitter.prependOnceListener('a', handler);
    assert.equal(emitter.listenerCount('a', handler), 1);
    emitter.off('a', handler);
    assert.isFalse(emitter.emit('a'));
  });

  test('events: an error that nobody listens to is thrown, after errorMonitor has seen it', async () => {
    const emitter = new EventEmitter({ bus: await make() }), error = new Error('x'), seen = [];
    assert.strictEqual(thrownBy(() => emitter.emit('error', error)), error);
    const { code, context } = thrownBy(() => emitter.emit('error', { not: 'an error' }));
    assert.deepEqual([code, context], ['ERR_UNHANDLED_ERROR', { not: 'an error' }]);
    emitter.on(errorMonitor, (error) => seen.push(['monitor', error]));
    assert.strictEqual(thrownBy(() => emitter.emit('error', error)), error);
    emitter.on('error', (error) => seen.push(['listener', error]));
    assert.isTrue(emitter.emit('error', error));
    assert.deepEqual(seen, [['monitor', error], ['monitor', error], ['listener', error]]);
  });

  test('events: who listens to an error is asked before errorMonitor is told, of an emitter that it leaves empty', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus, topic: 'm' }), error = new Error('x'), seen = [];
    bus.subscribe('m.error', () => seen.push('bus'));
    emitter.once(errorMonitor, () => emitter.on('error', () => seen.push('listener')));
    assert.strictEqual(thrownBy(() => emitter.emit('error', error)), error);
    assert.deepEqual(seen.splice(0), ['bus']);
    assert.isTrue(emitter.emit('error', error));
    assert.deepEqual(seen, ['bus', 'listener']);
  });

  test('events: an error that nobody listens to is that of the domain, where there is one', async () => {
    const emitter = new EventEmitter({ bus: await make() }), error = new Error('x'), seen = [];
    emitter.domain = { emit: (...parameters) => seen.push(parameters) };
    assert.isFalse(emitter.emit('error', error));
    assert.isFalse(emitter.emit('error'));
    assert.deepEqual([seen[0], seen[1][1].code], [['error', error], 'ERR_UNHANDLED_ERROR']);
    emitter.domain = 'example.org';
    assert.strictEqual(thrownBy(() => emitter.emit('error', error)), error);
  });

  test('events: with captureRejections, a rejection is an error event', async () => {
    const bus = await make(), error = new Error('rejected');
    const emitter = new EventEmitter({ bus, captureRejections: true });
    const failed = new Promise((resolve) => emitter.on('error', resolve));
    emitter.on('a', async () => { throw error; });
    emitter.emit('a');
    assert.strictEqual(await failed, error);
    const own = new EventEmitter({ bus, captureRejections: true });
    const seen = new Promise((resolve) => { own[events.captureRejectionSymbol] = (...parameters) => resolve(parameters); });
    own.on('a', async () => { throw error; });
    own.emit('a', 1, 2);
    assert.deepEqual(await seen, [error, 'a', 1, 2]);
    assert.strictEqual(events.captureRejectionSymbol, Symbol.for('nodejs.rejection'));
    assert.equal(thrownBy(() => new EventEmitter({ captureRejections: 1 })).code, 'ERR_INVALID_ARG_TYPE');
  });

  test('events: one warning of an event that has too many listeners', async () => {
    const emitter = new EventEmitter({ bus: await make() }), warnings = [];
    const { process } = globalThis, [owner, method] = process?.emitWarning ? [process, 'emitWarning'] : [console, 'warn'], before = owner[method];
    owner[method] = (warning) => warnings.push(warning);
    try {
      for (let i = 0; i < 12; i++) emitter.on('a', () => {});
      emitter.setMaxListeners(1).on('b', () => {}).on('b', () => {});
      emitter.setMaxListeners(0);
      for (let i = 0; i < 12; i++) emitter.on('c', () => {});
    } finally {
      owner[method] = before;
    }
    assert.deepEqual(warnings.map(({ name, type, count }) => [name, type, count]), [['MaxListenersExceededWarning', 'a', 11], ['MaxListenersExceededWarning', 'b', 2]]);
    assert.strictEqual(warnings[0].emitter, emitter);
  });

  test('events: limits of listeners, for one emitter and for all', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus });
    assert.equal(emitter.getMaxListeners(), 10);
    EventEmitter.defaultMaxListeners = 20;
    assert.equal(emitter.getMaxListeners(), 20);
    events.setMaxListeners(10);
    assert.equal(EventEmitter.defaultMaxListeners, 10);
    events.setMaxListeners(5, emitter);
    assert.equal(events.getMaxListeners(emitter), 5);
    for (const [wrong, code] of [[-1, 'ERR_OUT_OF_RANGE'], [NaN, 'ERR_OUT_OF_RANGE'], ['many', 'ERR_INVALID_ARG_TYPE']]) {
      assert.equal(thrownBy(() => emitter.setMaxListeners(wrong)).code, code);
      assert.equal(thrownBy(() => { EventEmitter.defaultMaxListeners = wrong; }).code, code);
    }
  });

  test('events: what is no listener is an error with the code of Node', async () => {
    const emitter = new EventEmitter({ bus: await make() });
    for (const method of ['on', 'once', 'prependListener', 'prependOnceListener', 'removeListener', 'off', 'addListener']) {
      const error = thrownBy(() => emitter[method]('a', {}));
      assert.instanceOf(error, TypeError);
      assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
    }
  });

  test('events: classes of it, old and new, and objects that never called it', async () => {
    const bus = await make(), seen = [];
    class New extends EventEmitter {
      constructor() { super({ bus, topic: 'new' }); }
    }
    function Old() { EventEmitter.call(this, { bus, topic: 'old' }); }
    Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
    bus.subscribe('>', (_, { topic }) => seen.push(topic));
    for (const emitter of [new New(), new Old()]) {
      emitter.on('a', () => seen.push(emitter.constructor.name));
      emitter.emit('a');
      assert.instanceOf(emitter, EventEmitter);
    }
    assert.deepEqual(seen, ['new.a', 'New', 'old.a', 'Old']);
    const mixed = Object.assign(Object.create(null), EventEmitter.prototype), other = Object.create(mixed);
    try {
      mixed.on('a', () => seen.push('mixed'));
      other.on('a', () => seen.push('other'));
      other.emit('a');
    } finally {
      for (const emitter of [mixed, other]) emitter.removeAllListeners();
    }
    assert.equal(seen.pop(), 'other');
  });

  test('events: once() as a promise: arguments, errors, signals', async () => {
    const emitter = new EventEmitter({ bus: await make() }), controller = new AbortController(), error = new Error('x');
    const first = events.once(emitter, 'a');
    emitter.emit('a', 1, 2);
    assert.deepEqual(await first, [1, 2]);
    const failing = events.once(emitter, 'a');
    emitter.emit('error', error);
    assert.strictEqual(await failing.catch((error) => error), error);
    const errors = events.once(emitter, 'error');
    emitter.emit('error', error);
    assert.deepEqual(await errors, [error]);
    const aborted = events.once(emitter, 'a', { signal: controller.signal });
    controller.abort('why');
    const { name, code, cause } = await aborted.catch((error) => error);
    assert.deepEqual([name, code, cause], ['AbortError', 'ABORT_ERR', 'why']);
    assert.equal((await events.once(emitter, 'a', { signal: controller.signal }).catch((error) => error)).name, 'AbortError');
    assert.deepEqual(emitter.eventNames(), []);
    const target = new EventTarget(), event = new Event('a'), heard = events.once(target, 'a');
    target.dispatchEvent(event);
    assert.deepEqual(await heard, [event]);
    assert.equal((await events.once({}, 'a').catch((error) => error)).code, 'ERR_INVALID_ARG_TYPE');
  });

  test('events: on() iterates, until a closing event, a signal or an error', async () => {
    const emitter = new EventEmitter({ bus: await make() }), seen = [], error = new Error('x');
    const all = events.on(emitter, 'a', { close: ['end'] });
    emitter.emit('a', 1);
    emitter.emit('a', 2, 3);
    emitter.emit('end');
    for await (const parameters of all) seen.push(parameters);
    assert.deepEqual(seen, [[1], [2, 3]]);
    const failing = events.on(emitter, 'a');
    emitter.emit('a', 1);
    emitter.emit('error', error);
    assert.deepEqual(await failing.next(), { value: [1], done: false });
    assert.strictEqual(await failing.next().catch((error) => error), error);
    assert.deepEqual(await failing.next(), { value: undefined, done: true });
    const controller = new AbortController(), aborted = events.on(emitter, 'a', { signal: controller.signal }), next = aborted.next();
    controller.abort();
    assert.equal((await next.catch((error) => error)).name, 'AbortError');
    const left = events.on(emitter, 'a');
    for (let i = 0; i < 2; i++) emitter.emit('a', i);
    for await (const [i] of left) if (i === 0) break;
    assert.deepEqual(emitter.eventNames(), []);
  });

  test('events: on() takes for close what Node takes', async () => {
    for (const [close, ends] of [[5, []], [null, []], [undefined, []], [true, []], [{}, []], [[], []], [['x', 'y'], ['y']], ['xy', ['x']], [{ length: 1, 0: 'x' }, ['x']], [() => {}, []]]) {
      const emitter = new EventEmitter({ bus: await make() }), all = events.on(emitter, 'a', { close });
      emitter.emit('a', 1);
      for (const name of ends) emitter.emit(name);
      assert.deepEqual(await all.next(), { value: [1], done: false });
      assert.lengthOf(emitter.eventNames(), ends.length > 0 ? 0 : 2);
      await all.return();
    }
  });

  test('events: on() pauses and resumes an emitter by its marks', async () => {
    const emitter = Object.assign(new EventEmitter({ bus: await make() }), { pause: () => seen.push('pause'), resume: () => seen.push('resume') }), seen = [];
    const all = events.on(emitter, 'a', { highWaterMark: 2, lowWaterMark: 1 });
    for (let i = 0; i < 4; i++) emitter.emit('a', i);
    assert.deepEqual(seen, ['pause']);
    for (let i = 0; i < 4; i++) assert.deepEqual((await all.next()).value, [i]);
    assert.deepEqual(seen, ['pause', 'resume']);
    await all.return();
  });

  test('events: functions that ask and wait', async () => {
    const emitter = new EventEmitter({ bus: await make() }), a = () => {}, controller = new AbortController();
    emitter.once('a', a);
    assert.deepEqual(events.getEventListeners(emitter, 'a'), [a]);
    assert.equal(events.listenerCount(emitter, 'a'), 1);
    let aborted = 0;
    events.addAbortListener(controller.signal, () => aborted++);
    const disposed = events.addAbortListener(controller.signal, () => aborted++);
    for (const key of Object.getOwnPropertySymbols(disposed)) disposed[key]();
    controller.abort();
    assert.equal(aborted, 1);
    await new Promise((resolve) => events.addAbortListener(controller.signal, resolve));
    assert.equal(thrownBy(() => events.addAbortListener({}, a)).code, 'ERR_INVALID_ARG_TYPE');
    assert.strictEqual(EventEmitter.once, events.once);
    assert.strictEqual(EventEmitter.EventEmitter, EventEmitter);
    assert.strictEqual(events.EventEmitter, EventEmitter);
  });

  test('events: is subscribed while it has listeners', async () => {
    const bus = await make(), emitter = new EventEmitter({ bus, topic: 'm' }), listener = () => {};
    const count = () => bus.subscriptions().filter(({ pattern }) => pattern === 'm.>').length;
    emitter.on('a', listener).once('b', listener);
    assert.equal(count(), 1);
    emitter.emit('b');
    assert.equal(count(), 1);
    emitter.off('a', listener);
    assert.equal(count(), 0);
    emitter.on('a', listener).removeAllListeners();
    assert.equal(count(), 0);
  });

  test('events: EventEmitterAsyncResource runs listeners in its context, where there is Node', async () => {
    const bus = await make(), hooks = globalThis.process?.getBuiltinModule?.('async_hooks');
    if (hooks === undefined) return assert.match(thrownBy(() => new events.EventEmitterAsyncResource({ bus })).message, /async_hooks/);
    const emitter = new events.EventEmitterAsyncResource({ bus, name: 'Mine' });
    let id;
    emitter.on('a', (value) => { id = [hooks.executionAsyncId(), value]; });
    assert.isTrue(emitter.emit('a', 7));
    assert.deepEqual(id, [emitter.asyncId, 7]);
    assert.strictEqual(emitter.asyncResource.eventEmitter, emitter);
    emitter.emitDestroy();
    assert.equal(thrownBy(() => events.EventEmitterAsyncResource.prototype.asyncId).code, 'ERR_INVALID_THIS');
  });
}
