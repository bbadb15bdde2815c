import { replaceReportError } from './contract.mjs';

const refuse = () => { throw new Error('hostile'); };

/** What a handler may throw, each made anew. */
const THROWN = {
  'undefined': () => undefined, 'null': () => null, 'a number': () => 7, 'a bigint': () => 7n, 'a text': () => 'text', 'a symbol': () => Symbol('s'), 'a function': () => refuse,
  'an object': () => ({ code: 7 }), 'an object without a prototype': () => Object.create(null), 'an Error': () => new Error('boom'),
  'an Error whose message throws': () => Object.defineProperty(new Error('x'), 'message', { get: refuse }),
  'an Error whose message is an object': () => Object.assign(new Error('x'), { message: { toString: refuse } }),
  'an Error whose stack throws': () => Object.defineProperty(new Error('x'), 'stack', { get: refuse }),
  'an Error whose stack is no text': () => Object.defineProperty(new Error('x'), 'stack', { value: Symbol('stack') }),
  'an Error whose name and code throw': () => Object.defineProperties(new Error('x'), { name: { get: refuse }, code: { get: refuse } }),
  'an Error whose cause is itself': () => { const error = new Error('x'); error.cause = error; return error; },
  'an Error with a long text': () => new Error('x'.repeat(100_000)),
  'a frozen Error': () => Object.freeze(new Error('x')),
  'an object that refuses to be inspected': () => ({ [Symbol.for('nodejs.util.inspect.custom')]: refuse, toString: refuse, toJSON: refuse, [Symbol.toPrimitive]: refuse, get [Symbol.toStringTag]() { return refuse(); } }),
  'an object whose then throws': () => ({ get then() { return refuse(); } }),
  'a proxy': () => new Proxy(new Error('x'), Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]))),
  'a proxy that was revoked': () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; },
};

/** Looks at all of a value, as a console does. */
function inspect(value, depth = 5) {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  for (const key of ['name', 'message', 'stack', 'code', Symbol.toStringTag]) `${String(value[key])}`;
  value[Symbol.for('nodejs.util.inspect.custom')]?.();
  for (const key of [...Reflect.ownKeys(value), 'cause']) inspect(value[key], depth - 1);
}

/** What a page may have in the place of reportError and of the console. */
const PAGES = {
  'a page as it comes': () => ({}),
  'a console that looks at all of it': () => ({ reportError: undefined, console: { ...console, error: inspect, warn: inspect } }),
  'a reportError that throws': () => ({ reportError: refuse, console: { ...console, error() {} } }),
  'both throw': () => ({ reportError: refuse, console: { ...console, error: refuse, warn: refuse } }),
  'no console': () => ({ reportError: undefined, console: undefined }),
  'getters that throw': () => Object.defineProperties({}, { reportError: { get: refuse, enumerable: true }, console: { get: refuse, enumerable: true } }),
};

/** Runs with these globals; `undefined` is none. */
async function having(globals, run) {
  const names = Object.keys(globals), before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  names.forEach((name) => Object.defineProperty(globalThis, name, { ...Object.getOwnPropertyDescriptor(globals, name), configurable: true }));
  try {
    return await run();
  } finally {
    names.forEach((name, i) => before[i] === undefined ? delete globalThis[name] : Object.defineProperty(globalThis, name, before[i]));
  }
}

/** Who may throw, and at what. */
const WAYS = {
  'a handler': (bus, topic, fail) => { bus.subscribe(topic, fail); },
  'a handler that is asynchronous': (bus, topic, fail) => { bus.subscribe(topic, async () => fail()); },
  'a handler with a time-out': (bus, topic, fail) => { bus.subscribe(topic, fail, { timeout: 1000, name: 'timed' }); },
  'an asynchronous one': (bus, topic, fail) => { bus.subscribe(topic, async () => fail(), { timeout: 1000 }); },
  'a filter': (bus, topic, fail) => { bus.subscribe(topic, () => {}, { filter: fail }); },
  'the then of a result': (bus, topic, fail) => { bus.subscribe(topic, () => ({ get then() { return fail(); } })); },
  'a then that is called': (bus, topic, fail) => { bus.subscribe(topic, () => ({ then: fail })); },
  'handleEvent': (bus, topic, fail) => { bus.subscribe(topic, { handleEvent: fail }); },
  'a listener of bus.target': (bus, topic, fail) => { bus.target.addEventListener(topic, fail); },
  'a handler of failures': (bus, topic, fail) => {
    bus.subscribe('$bus.error', fail);
    bus.subscribe(topic, fail);
  },
  'an asynchronous handler of failures': (bus, topic, fail) => {
    bus.subscribe('$bus.error', async () => fail());
    bus.subscribe(topic, fail);
  },
  'a handler that is called in a replay': (bus, topic, fail) => {
    bus.topic(topic, { retain: true });
    bus.subscribe(topic, () => { bus.subscribe(topic, fail, { replay: 1 }); }, { once: true });
  },
};

/** Isolation (D4) from what is thrown and from what the page does with it. */
export function isolation(test, assert, make, { settled }) {
  test('D4 whatever is thrown and whatever the page does with it, nothing comes out of publish and the others are called', async () => {
    const ways = Object.keys(WAYS);
    let current, odd = false;
    for (const [page, globals] of Object.entries(PAGES)) {
      const quiet = page === 'a page as it comes' ? replaceReportError(() => {}) : () => {};
      try {
        for (const onError of [undefined, () => { if (odd = !odd) throw current(); return Promise.reject(current()); }]) {
          const bus = await make(onError && { onError }), seen = [];
          ways.forEach((way, i) => {
            WAYS[way](bus, `t${i}`, () => { throw current(); });
            bus.subscribe(`t${i}`, (data) => { seen.push(data); });
          });
          for (const [what, thrown] of Object.entries(THROWN)) {
            current = thrown;
            const out = [];
            await having(globals(), async () => {
              ways.forEach((way, i) => {
                try {
                  bus.publish(`t${i}`, way);
                } catch {
                  out.push(way);
                }
              });
              await settled();
            });
            assert.deepEqual(out, [], `${page}: ${what}`);
            assert.deepEqual(seen.splice(0), ways, `${page}: ${what}`);
          }
        }
      } finally {
        quiet();
      }
    }
  });
}

/** What is told of failures (D4), in every mode of the bus. */
export function failures(test, assert, make, { trolleybus, settled }) {
  const { HandlerError } = trolleybus;

  test('D4 a failure that nobody listens to is told with where it happened and what was thrown', async () => {
    const bus = await make(), told = [];
    const restore = replaceReportError((error) => { told.push(error); });
    try {
      let thrown;
      const thrower = () => { throw thrown; };
      bus.subscribe('order.*', thrower, { name: 'billing' });
      for (const [what, value] of Object.entries(THROWN)) {
        thrown = value();
        bus.publish('order.paid');
        const [error, ...more] = told.splice(0);
        assert.isEmpty(more, what);
        assert.instanceOf(error, HandlerError, what);
        assert.isTrue(error instanceof Error && Object.is(error.cause, thrown), what);
        assert.deepEqual([error.name, error.code, error.topic, error.pattern, error.subscription], ['HandlerError', 'TB_HANDLER', 'order.paid', 'order.*', 'billing']);
        for (const part of ['order.paid', 'order.*', 'billing']) assert.include(error.message, part, what);
        assert.isBelow(error.message.length, 20_000, what);
      }
      thrown = new Error('boom');
      bus.publish('order.paid');
      const [error] = told;
      assert.include(error.message, 'boom');
      const frames = thrown.stack.slice(thrown.stack.indexOf('\n    at ') + 1);
      assert.include(error.stack, frames);
      assert.include(`${error.stack}${error}`, 'billing');
    } finally {
      restore();
    }
  });

  test('D4 what a responder throws is the requester\'s error, whatever it is', async () => {
    const failed = [], bus = await make({ onError: (failure) => { failed.push(failure); } });
    for (const [what, value] of Object.entries(THROWN)) {
      const thrown = value();
      for (const respond of [() => { throw thrown; }, () => Promise.reject(thrown)]) {
        const off = bus.respond('a', respond);
        const error = await bus.request('a', undefined, { timeout: 10_000 }).then(() => undefined, (error) => error);
        assert.instanceOf(error, trolleybus.RemoteError, what);
        assert.isTrue(Object.is(error.cause, thrown), what);
        off();
      }
    }
    assert.deepEqual(failed, []);
  });

  test('D4 where onError fails, the page hears of that and of the failure', async () => {
    for (const how of [(error) => { throw error; }, (error) => Promise.reject(error)]) {
      const bus = await make({ onError: () => how(new Error('of onError')) }), told = [];
      const restore = replaceReportError(({ cause, topic, pattern }) => { told.push([cause.message, topic, pattern]); });
      try {
        bus.subscribe('a', () => { throw new Error('boom'); });
        bus.publish('a');
        await settled();
      } finally {
        restore();
      }
      assert.deepEqual(told, [['boom', 'a', 'a'], ['of onError', 'a', 'onError']]);
    }
  });

  test('D4 a clock that throws, or data that refuse to be frozen, come out of no publish', async () => {
    let broken = false;
    const clock = { now: () => performance.now(), date: () => broken ? refuse() : Date.now(), after: (ms, run) => { const timer = setTimeout(run, ms); return () => clearTimeout(timer); } };
    const failed = [], bus = await make({ dev: true, clock, onError: ({ error, time }) => { failed.push([error.message, typeof time]); } }), seen = [];
    bus.subscribe('a', () => { throw new Error('boom'); });
    bus.subscribe('a', (data) => { seen.push(data); });
    broken = true;
    const data = THROWN['a proxy'](), told = new Set(), restore = replaceReportError((error) => { told.add(error.message); });
    try {
      for (const hostile of [data, [data], { data }]) bus.publish('a', hostile);
    } finally {
      restore();
      broken = false;
    }
    assert.lengthOf(seen, 3);
    assert.deepEqual(failed, Array(3).fill(['boom', 'number']));
    assert.deepEqual([...told], ['hostile']);
  });
}
