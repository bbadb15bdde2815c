// An AbortSignal that ends many subscriptions.
const MANY = 1000;

/** Each way to give a bus a signal: starts one thing that ends with it, and returns what ends it before. */
const ways = {
  subscribe: (bus, signal) => bus.subscribe('a', () => {}, { signal }),
  'subscribe with options': (bus, signal) => bus.subscribe('a.*', () => {}, { signal, filter: () => true, name: 'some' }),
  'subscribe with a time-out': (bus, signal) => bus.subscribe('a', () => {}, { signal, timeout: 1000 }),
  'topic.subscribe': (bus, signal) => bus.topic('a').subscribe(() => {}, { signal }),
  events: (bus, signal) => {
    const events = bus.events('a', { signal });
    return () => void events.return();
  },
  respond: (bus, signal) => bus.respond('b', () => {}, { signal }),
  bridge: (bus, signal) => bus.bridge(new EventTarget(), { from: { x: 'a' }, to: { a: true } }, { signal }),
  'a listener of the target': (bus, signal) => {
    const listener = () => {};
    bus.target.addEventListener('a', listener, { signal });
    return () => bus.target.removeEventListener('a', listener);
  },
};

export function signals(test, assert, make) {
  /** Counts what is added to a signal and taken from it, however that is done. */
  const counted = (use) => {
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const own = new AbortController(), counts = { added: 0, removed: 0 };
    EventTarget.prototype.addEventListener = function (...parameters) {
      if (this === own.signal) counts.added++;
      return Reflect.apply(addEventListener, this, parameters);
    };
    EventTarget.prototype.removeEventListener = function (...parameters) {
      if (this === own.signal) counts.removed++;
      return Reflect.apply(removeEventListener, this, parameters);
    };
    try {
      return use(own, counts);
    } finally {
      Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
    }
  };
  const ours = (bus) => bus.subscriptions().filter(({ side }) => side === 'script').map(({ pattern }) => pattern);
  const started = (bus, signal, start) => Array.from({ length: MANY }, () => start(bus, signal));

  for (const [name, start] of Object.entries(ways)) {
    test(`D12 a signal has one listener for 1,000 of them: ${name}`, async () => {
      const bus = await make();
      counted((controller, counts) => {
        for (const end of started(bus, controller.signal, start)) end();
        assert.isAtMost(counts.added, 1);
        assert.equal(counts.removed, counts.added, 'nothing is left on a signal that goes on');
        assert.deepEqual(ours(bus), []);
        // All of them end with it, and those that ended before are not asked again.
        const ends = started(bus, controller.signal, start);
        for (const end of ends.slice(0, MANY / 2)) end();
        assert.isAtMost(counts.added, 2);
        controller.abort();
        assert.deepEqual(ours(bus), []);
        for (const end of ends) end();
        start(bus, controller.signal);
        assert.isAtMost(counts.added, 2);
        assert.deepEqual(ours(bus), []);
      });
    });
  }

  test('D12 a signal has one listener for all that is given it, of several buses, requests among them', async () => {
    const buses = [await make(), await make()];
    for (const bus of buses) bus.respond('slow', () => new Promise(() => {}));
    const replies = counted((controller, counts) => {
      const { signal } = controller, replies = [];
      for (const bus of buses) {
        for (const start of Object.values(ways)) start(bus, signal);
        for (let i = 0; i < MANY; i++) replies.push(bus.request('slow', i, { signal }).catch((error) => error));
      }
      assert.equal(counts.added, 1);
      controller.abort('enough');
      assert.equal(counts.added, 1);
      for (const bus of buses) assert.deepEqual(ours(bus), ['slow']);
      return replies;
    });
    assert.isTrue((await Promise.all(replies)).every((reason) => reason === 'enough'));
  });

  test('D12 what is ended while a signal aborts is ended, and what is made then never begins', async () => {
    const bus = await make(), controller = new AbortController(), { signal } = controller, seen = [];
    const say = (name) => () => seen.push(name);
    signal.addEventListener('abort', () => {
      bus.publish('a'); // the bus has not heard of it yet, and its target ends with it
      off();
      bus.subscribe('a', say('made meanwhile'), { signal });
      bus.target.addEventListener('a', again);
    });
    const again = say('target');
    bus.target.addEventListener('a', again, { signal });
    const off = bus.subscribe('b', say('b'), { signal });
    controller.abort();
    bus.publish('b');
    assert.deepEqual(seen, []);
    bus.publish('a');
    assert.deepEqual(seen, ['target']);
  });

  test('D12 the listener of a target takes signals only', async () => {
    const bus = await make();
    for (const signal of [null, {}, 1, { aborted: false, addEventListener() {} }]) assert.throws(() => bus.target.addEventListener('a', () => {}, { signal }), TypeError);
    assert.deepEqual(ours(bus), []);
  });
}
