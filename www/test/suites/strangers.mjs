// What somebody else left under the package's names on the page. `make` gives a bus with components in Go.
export function strangers(test, assert, { make, trolleybus, mitt }) {
  const { pageBus } = trolleybus;
  const refuse = () => { throw new Error('hands off'); };
  const registry = (changes) => ({ hosts: new Map(), last: 0, attach(host, ...rest) { return this.hosts.get(host || this.last)?.(...rest) ?? null; }, ...changes });

  /** Runs with this at a symbol of the page. */
  const having = async (key, property, run) => {
    const symbol = Symbol.for(key), before = Object.getOwnPropertyDescriptor(globalThis, symbol);
    Object.defineProperty(globalThis, symbol, { configurable: true, ...property });
    try {
      await run();
    } finally {
      delete globalThis[symbol];
      if (before !== undefined) Object.defineProperty(globalThis, symbol, before);
    }
  };
  const value = (value) => ({ value, writable: true });

  const found = {
    'a truth value': value(true), 'a number': value(0), 'a text': value('trolleybus'), 'a symbol': value(Symbol('x')), 'null': value(null), 'a function': value(() => {}),
    'an object': value({}), 'an array': value([1]), 'a frozen object': value(Object.freeze({})), 'an object without a prototype': value(Object.create(null)),
    'a frozen registry': value(Object.freeze(registry())), 'a sealed one': value(Object.seal(registry())), 'one whose hosts are no Map': value(registry({ hosts: {} })),
    'one whose hosts are frozen to a look-alike': value(registry({ hosts: { has: () => true, get: () => refuse, set() {}, delete() {} } })),
    'one that attaches nothing': value(registry({ attach: () => null })), 'one that attaches something else': value(registry({ attach: () => ({ up() {} }) })),
    'one that throws': value(registry({ attach: refuse })), 'one without attach': value(registry({ attach: undefined })),
    'one whose members throw': value(Object.defineProperties({}, { hosts: { get: refuse }, attach: { get: refuse }, last: { get: refuse } })),
    'a proxy that throws': value(new Proxy({}, { get: refuse, set: refuse, has: refuse, getOwnPropertyDescriptor: refuse })),
    'a proxy that was revoked': value((() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()),
    'a getter that throws': { get: refuse }, 'a getter of nothing': { get() {} }, 'a setter that keeps nothing': { get() {}, set() {} }, 'nothing, for good': { value: undefined, writable: false },
    'the registry of an older package': value(registry()),
    'the registry of a newer package': value(registry({ protocol: 7, realms: new Map(), bus: undefined })),
    'a registry with a bus that is none': value(registry({ bus: 7, jsonSchema: 7 })),
  };
  for (const [what, property] of Object.entries(found)) {
    test(`a page with ${what} under the package's symbol has its buses and their components in Go`, () => having('trolleybus/1', property, async () => {
      await pageBus().close(); // that of other tests
      const bus = await make(), done = [];
      bus.subscribe('order.done', ({ id }) => { done.push(id); });
      bus.publish('order.placed', { id: 'a', items: 1 });
      assert.deepEqual(done, ['a']);
      const page = pageBus({ start: 'demand' });
      assert.equal(pageBus(), page);
      await page.close();
      await bus.close();
    }));
  }

  test('what a page left where emitters are counted changes none of their topics', async () => {
    for (const property of [value('7'), value({}), value(Object.freeze({})), value(NaN), value(null), { get: refuse }, { value: 1, writable: false }]) {
      await having('trolleybus/emitters', property, async () => {
        const bus = await make(), topics = [], got = [];
        bus.subscribe('mitt.>', (_data, { topic }) => { topics.push(topic); });
        for (const emitter of [mitt(undefined, { bus }), mitt(undefined, { bus })]) {
          emitter.on('x', (data) => got.push(data));
          emitter.emit('x', got.length);
        }
        assert.deepEqual(got, [0, 1]);
        assert.equal(new Set(topics).size, 2);
        for (const topic of topics) assert.match(topic, /^mitt\.\d+\.x$/);
      });
    }
  });
}
