import { silence } from './go.mjs';
import { replaceReportError } from './contract.mjs';

/**
 * A bus of the core and of features. `core` is that entry, `features` the functions of theirs by name, `full` the package
 * with all, `create` makes a bus of the core that is closed at the end.
 */
export function core(test, assert, { core, features, full, create, component, mitt, settled }) {
  const all = () => Object.values(features).map((feature) => feature());
  const LACKS = {
    requests: { bus: { request: ['a'], respond: ['a', () => 1] } },
    policies: {
      bus: { deadLetters: [], redrive: ['a'], discard: ['a'], pressure: ['a'] },
      subscribe: { retry: {}, timeout: 1000, dedupe: { window: 1000 }, queue: 'q', concurrency: 1, overflow: { limit: 1 }, debounce: 1, throttle: 1, frame: true, coalesce: true },
      events: { dedupe: { window: 1000 }, debounce: 1, throttle: 1, frame: true },
    },
    keeping: { topic: { value: undefined, clear: [] }, subscribe: { replay: 1 }, events: { replay: 1 }, declare: { retain: true, history: 2 } },
    schemas: { declare: { schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }, version: 1, upcast: {} } },
    cloudevents: { publish: { time: 1, source: 's', correlationId: 'c', causationId: 'd', dataschema: 'urn:x', datacontenttype: 'a/b', extensions: { a: 1 } } },
    inspection: { bus: { stats: [], topics: [], subscriptions: [] } },
  };
  /** Each use of what a feature has, by its name. */
  const uses = (bus, { bus: members = {}, topic = {}, ...options }) => [
    ...Object.entries(members).map(([name, args]) => [`bus.${name}`, () => bus[name](...args)]),
    ...Object.entries(topic).map(([name, args]) => [`topic.${name}`, () => args === undefined ? bus.topic('t')[name] : bus.topic('t')[name](...args)]),
    ...Object.entries(options).flatMap(([call, given]) => Object.entries(given).map(([name, value]) => [`${call} ${name}`, () => CALLS[call](bus, { [name]: value })])),
  ];
  const CALLS = {
    subscribe: (bus, options) => bus.subscribe('t', () => {}, options), events: (bus, options) => bus.events('t', options),
    publish: (bus, options) => bus.publish('t', 1, options), declare: (bus, options) => bus.topic('t', options),
  };
  const codeOf = async (call) => {
    try {
      await call();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  for (const [name, lacks] of Object.entries(LACKS)) {
    test(`what is of the feature ${name} needs it: without, each member and option is a FeatureError that names it`, async () => {
      const without = create({ start: 'demand', features: all().filter(({ feature }) => feature !== name) }), bare = create({ start: 'demand' }), with_ = create({ start: 'demand', features: [features[name]()] });
      for (const [what, use] of [...uses(without, lacks), ...uses(bare, lacks)]) {
        const error = await codeOf(use);
        assert.instanceOf(error, core.FeatureError, what);
        assert.deepEqual([error.code, error.feature], ['TB_FEATURE', name], what);
        assert.include(error.message, `import { ${name} } from 'trolleybus/${name}'`, what);
      }
      for (const [what, use] of uses(with_, lacks)) assert.notInstanceOf(await codeOf(use), core.FeatureError, what);
      // What it is without is whole.
      for (const bus of [without, bare]) {
        const seen = [];
        bus.subscribe('t', (data) => seen.push(data));
        bus.publish('t', 1);
        assert.deepEqual(seen, [1]);
      }
    });
  }

  test('members of features that are not there do not show, and cannot be taken for something', () => {
    const bus = create({ start: 'demand' });
    assert.notIncludeMembers(Object.keys(bus), ['request', 'stats', 'redrive']);
    assert.notIncludeMembers(Object.keys(bus.topic('a')), ['value', 'clear']);
    assert.deepEqual(JSON.parse(JSON.stringify(bus.topic('a'))), { name: 'a' });
  });

  test('a feature that is given twice, or is none, is refused with its place', () => {
    const once = features.requests(), wrong = (list) => {
      try {
        create({ start: 'demand', features: list });
      } catch (error) {
        assert.equal(error.code, 'TB_OPTION');
        return error.message;
      }
      return 'nothing';
    };
    assert.match(wrong([once, features.keeping(), features.requests()]), /features\[2\]: expected each feature once, got "requests"/);
    assert.match(wrong([once, once]), /features\[1\]/);
    for (const none of [undefined, null, 7, 'requests', {}, { feature: 'requests' }, features.requests, Symbol('s'), new Proxy({}, { get() { throw new Error('hostile'); } })]) {
      assert.match(wrong([once, none]), /features\[1\]: expected what a function of this copy of the package returns/);
    }
    for (const list of [7, 'requests', {}, once]) assert.match(wrong(list), /createBus option features: expected an array/);
    const sparse = [];
    sparse.length = 2 ** 32 - 1;
    assert.match(wrong(sparse), /features\[0\]/);
  });

  test('the order in which features are given is of no concern', async () => {
    for (const list of [all(), all().reverse()]) {
      const bus = create({ start: 'demand', features: list }), topic = bus.topic('order', { retain: true, version: 2, upcast: { 1: (data) => data + 1 } }), seen = [];
      bus.publish('order', 1, { version: 1, source: 'elsewhere' });
      bus.subscribe('order', (data, { source, version }) => seen.push([data, source, version]), { replay: 1, timeout: 1000 });
      bus.respond('ask', (data) => data * 2);
      assert.deepEqual([topic.value, seen, await bus.request('ask', 4), bus.stats().retained], [2, [[2, 'elsewhere', 2]], 8, 1]);
    }
  });

  test('a topic is declared with all of its options or, where one of them is wrong, with none', () => {
    const bus = create({ start: 'demand', features: all() });
    assert.throws(() => bus.topic('t', { retain: true, upcast: { 3: (data) => data }, version: 2 }), /upcast/);
    bus.publish('t', 1);
    assert.isUndefined(bus.topic('t').value);
    assert.throws(() => bus.topic('u', { history: {}, version: 2 }), /history/);
    bus.publish('u', 1, { version: 1 });
  });

  test('trolleybus and trolleybus/core have the classes in common, and share the bus of the page', async () => {
    for (const name of Object.keys(core).filter((name) => /Error$|^BusEvent$/.test(name))) assert.strictEqual(core[name], full[name], name);
    await full.pageBus().close();
    const bus = full.pageBus();
    assert.strictEqual(core.pageBus(), bus);
    assert.strictEqual(core.pageBus({ features: all() }), bus);
    await bus.close();
  });

  test('whoever makes the bus of the page decides what it has: who needs more is told so', async () => {
    await full.pageBus().close();
    const key = Object.getOwnPropertySymbols(globalThis).find((symbol) => symbol.description === 'trolleybus/1'), registry = globalThis[key];
    const bus = create({ start: 'demand' });
    // As one of a copy of the package that was loaded as trolleybus/core alone.
    registry.bus = { version: core.version, bus, options: {}, features: ['keeping'] };
    try {
      assert.strictEqual(core.pageBus(), bus);
      assert.strictEqual(core.pageBus({ features: [features.keeping()] }), bus);
      for (const [ask, feature] of [[() => core.pageBus({ features: [features.keeping(), features.requests()] }), 'requests'], [() => full.pageBus(), 'schemas']]) {
        const error = await codeOf(ask);
        assert.instanceOf(error, core.FeatureError);
        assert.deepEqual([error.code, error.feature], ['TB_FEATURE', feature]);
        assert.match(error.message, /whoever calls pageBus first decides/);
      }
      // Of a version that did not say what its buses have, which was all.
      registry.bus = { version: core.version, bus, options: {} };
      assert.strictEqual(full.pageBus(), bus);
    } finally {
      registry.bus = undefined;
    }
  });

  test('a facade works on a bus of the core', () => {
    const bus = create({ start: 'demand' }), emitter = mitt(undefined, { bus, topic: 'shop' }), seen = [];
    emitter.on('*', (type, data) => seen.push([type, data]));
    bus.subscribe('shop.*', (data) => seen.push(data));
    emitter.emit('paid', 1);
    bus.publish('shop.sold', 2);
    assert.deepEqual(seen, [['paid', 1], 1, ['sold', 2], 2]);
  });

  const names = Object.keys(features).filter((name) => name !== 'inspection' && name !== 'cloudevents');
  test('with Go and a component each set of features does what it does, and plain topics work with all', async () => {
    const ends = [silence(), replaceReportError(() => {})];
    for (let set = 0; set < 2 ** names.length; set++) {
      const given = names.filter((_, i) => set >> i & 1), lacks = new Set(), seen = [];
      const bus = create({ wasm: component, start: 'now', features: given.map((name) => features[name]()), onError: ({ error }) => lacks.add(error.code) });
      bus.subscribe('echoed', (data) => seen.push(data));
      bus.publish('echo.me', 0); // waits for Go
      await bus.ready;
      bus.publish('echo.me', 1);
      // What the component subscribed to and the bus has no feature for is told of, and the rest of the component works.
      assert.deepEqual([...lacks], ['requests', 'policies'].every((name) => given.includes(name)) ? [] : ['TB_FEATURE'], given.join());
      if (given.includes('requests')) seen.push(await bus.request('go.echo.me', 2));
      if (given.includes('keeping')) {
        bus.topic('kept', { history: 2 });
        for (const data of [3, 4, 5]) bus.publish('kept', data);
        bus.subscribe('kept', (data) => seen.push(data), { replay: 'all' });
      }
      if (given.includes('policies')) {
        let tries = 0;
        const done = new Promise((resolve) => bus.subscribe('tried', () => {
          if (++tries < 2) throw new Error('once more');
          resolve();
        }, { retry: { backoff: { initial: 1 } } }));
        bus.publish('tried');
        await done;
      }
      if (given.includes('schemas')) {
        bus.topic('checked', { version: 2, upcast: { 1: (data) => data + 1 } });
        bus.subscribe('checked', (data) => seen.push(data));
        bus.publish('checked', 6, { version: 1 });
      }
      await settled();
      const expected = [0, 1, ...given.includes('requests') ? [2] : [], ...given.includes('keeping') ? [4, 5] : [], ...given.includes('schemas') ? [7] : []];
      assert.sameMembers(seen.map((data) => Number(data)), expected, given.join());
      await bus.close();
    }
    ends.forEach((end) => end());
  });
}
