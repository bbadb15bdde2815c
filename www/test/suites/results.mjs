import { VALUES } from '../values.mjs';
import { replaceReportError } from './contract.mjs';
import { some, whole } from './effort.mjs';
import { silence } from './go.mjs';

/** What users' functions return or throw, and texts of any length, end no instance of Go. `make` gives a bus with components in Go. */
export function everyResult(run, assert, { make, create, trolleybus, virtualClock, settled }) {
  const { TrolleybusError } = trolleybus;
  let topics = 0;
  /** What users' own functions throw is told to the page. */
  const test = (name, quietly) => run(name, async () => {
    const ends = [silence(), replaceReportError(() => {})];
    try {
      await quietly();
    } finally {
      ends.forEach((end) => end());
    }
  });
  const topic = () => `own.r${++topics}`;
  const fail = () => { throw new Error('broken'); };
  const soon = { attempts: 2, backoff: { initial: 1 } };

  /** Where a bus calls a function of the user's. Each calls `f` in one of them. */
  const PLACES = {
    ...Object.fromEntries(Object.entries({
      'a filter': (f) => ({ filter: f }), 'a filter with policies': (f) => ({ filter: f, retry: soon }), 'dedupe.key': (f) => ({ dedupe: { key: f } }), 'retry.key': (f) => ({ retry: { ...soon, key: f } }),
      'coalesce': (f) => ({ coalesce: f, concurrency: 1 }), 'a paced coalesce': (f) => ({ coalesce: f, debounce: 1 }), 'retryable': (f) => ({ retry: { ...soon, retryable: f } }),
      'getItem': (f) => ({ name: 'n', dedupe: { store: { length: 2, key: () => 'trolleybus:dedupe:n:x', getItem: f, setItem() {}, removeItem() {} } } }),
      'key': (f) => ({ name: 'n', dedupe: { store: { length: 2, key: f, getItem: () => '1', setItem() {}, removeItem() {} } } }),
      'setItem': (f) => ({ name: 'n', dedupe: { store: { length: 1, key: () => 'trolleybus:dedupe:n:x', getItem: () => '1', setItem: f, removeItem: f } } }),
      'length': (f) => ({ name: 'n', dedupe: { store: { get length() { return f(); }, key: () => null, getItem: () => '1', setItem() {}, removeItem() {} } } }),
    }).map(([name, options]) => [name, (bus, f) => {
      const own = topic(), off = bus.subscribe(own, fail, options(f));
      bus.publish(own, 1, { id: 'a' });
      return off;
    }])),
    ...Object.fromEntries(Object.entries({
      'a handler': undefined, 'one with retries': { retry: soon }, 'one with a time-out': { timeout: 5 }, 'one in a queue': { concurrency: 1 }, 'one in a group': { queue: 'q' }, 'one that is deduped': { dedupe: {} },
    }).map(([name, options]) => [name, (bus, f) => {
      const own = topic(), off = bus.subscribe(own, f, options);
      bus.publish(own, 1);
      return off;
    }])),
    'a responder': (bus, f) => {
      const own = topic(), off = bus.respond(own, f);
      bus.publish('go.ask', own);
      return [bus.request(own).finally(off)];
    },
    'a validator': (bus, f) => {
      const own = `checked.${topic()}`;
      bus.topic(own, { schema: { '~standard': { version: 1, vendor: 'v', validate: f } } });
      bus.publish('go.publish', { Topic: own, Data: 1 });
      bus.publish(own, 1);
    },
    'an upcast': (bus, f) => bus.topic(topic(), { version: 2, upcast: { 1: f } }).publish(1, { version: 1 }),
    'an interceptor': (bus, f) => {
      const off = bus.use((_event, next) => next(f()));
      try {
        bus.publish('echo.me', 1);
      } finally {
        off();
      }
    },
    'the payload of a bridge': (bus, f) => {
      const target = new EventTarget(), off = bus.bridge(target, { from: { x: { topic: 'echo.me', payload: f } } });
      target.dispatchEvent(new Event('x'));
      return off;
    },
    'handleEvent': (bus, f) => {
      const own = topic(), off = bus.subscribe(own, { handleEvent: f });
      bus.publish(own);
      return off;
    },
    'the data': (bus, f) => bus.publish('decode', f()),
    'data that Go hands on': (bus, f) => bus.publish('echo.me', f()),
    'data of a request': (bus, f) => [bus.request('go.echo.me', f())],
    'a dom event': (bus, f) => void bus.target.dispatchEvent(new CustomEvent('echo.me', { detail: f() })),
  };

  const sound = (bus, where) => {
    const got = [], done = [];
    const offs = [bus.subscribe('sound', (n) => { got.push(n); }, { retry: {}, dedupe: {} }), bus.subscribe('order.done', ({ id }) => { done.push(id); })];
    bus.publish('sound', 1);
    bus.publish('order.placed', { id: 'last', items: 1 });
    offs.forEach((off) => off());
    assert.deepEqual({ got, done, restarts: bus.stats().restarts }, { got: [1], done: ['last'], restarts: 0 }, where);
  };

  const all = (giving) => async () => {
    const bus = await make({ onError() {} }), wrong = [];
    bus.subscribe('$bus.error', () => {});
    for (const [place, act] of Object.entries(PLACES)) {
      for (const [what, value] of some(Object.entries(VALUES))) {
        const given = [], f = giving(() => { given.push(value()); return given.at(-1); });
        // What it throws itself is its caller's.
        const judge = (error) => { if (!given.includes(error) && !(error instanceof TrolleybusError) && error?.message !== 'hostile') wrong.push(`${place}, ${what}: ${error?.stack}`); };
        let result;
        try {
          result = act(bus, f);
        } catch (error) {
          judge(error);
        }
        if (Array.isArray(result)) void result[0].catch(judge);
        else if (typeof result === 'function') void settled().then(result);
      }
      await settled();
      sound(bus, place);
    }
    await settled();
    assert.deepEqual(wrong, []);
    sound(bus);
  };

  test('nothing that a function of the user returns ends an instance of Go', all((make) => () => make()));
  test('nothing that a function of the user throws ends an instance of Go', all((make) => () => { throw make(); }));

  test('nothing that a clock or a source of random numbers says ends an instance of Go', async () => {
    const virtual = virtualClock(), said = { now: undefined, date: undefined, after: undefined, frame: undefined, random: undefined };
    const saying = (name, real) => (...parameters) => {
      const result = real(...parameters);
      return said[name] === undefined ? result : said[name]();
    };
    const clock = { now: saying('now', virtual.now), date: saying('date', virtual.date), after: saying('after', virtual.after), frame: saying('frame', (run) => virtual.after(16, run)) };
    const bus = await make({ clock, random: saying('random', () => 0.5), onError() {} });
    for (const name of Object.keys(said)) {
      for (const [what, value] of some(Object.entries(VALUES))) {
        for (const say of [value, () => { throw value(); }]) {
          said[name] = say;
          const own = topic();
          const offs = [{ retry: soon }, { debounce: 1 }, { frame: true }, { timeout: 5, concurrency: 1 }, { dedupe: { window: 5 } }].map((options) => bus.subscribe(own, fail, options));
          bus.topic(own, { history: { count: 2, age: 5 } });
          for (const at of [own, own, 'echo.me']) bus.publish(at, what);
          offs.forEach((off) => off());
          said[name] = undefined;
          await virtual.advanceAsync(10);
        }
      }
      sound(bus, name);
    }
  });

  const MANY = (whole ? 64 : 17) << 20; // bytes; 16 MiB may cross at a time
  const big = 'x'.repeat(MANY);
  test('a text that is longer than what may cross to Go ends no instance of it', async () => {
    const bus = await make({ onError() {} });
    const calls = {
      topic: () => bus.publish(big),
      ...Object.fromEntries(['id', 'subject', 'key', 'version', 'traceparent', 'source', 'correlationId', 'causationId', 'dataschema', 'datacontenttype'].map((name) => [name, () => bus.publish('decode', 1, { [name]: big })])),
      extension: () => bus.publish('decode', 1, { extensions: { big } }), 'name of an extension': () => bus.publish('decode', 1, { extensions: { [big]: 1 } }),
      pattern: () => bus.subscribe(big, fail), name: () => bus.subscribe('a', fail, { name: big }), queue: () => bus.subscribe('a', fail, { queue: big }), events: () => bus.events(big), respond: () => bus.respond(big, fail),
      'topic()': () => bus.topic(big), deadLetters: () => bus.deadLetters(big), redrive: () => bus.redrive(big), to: () => bus.redrive('a', { to: big }), discard: () => bus.discard(big), pressure: () => bus.pressure(big),
      bridge: () => bus.bridge(new EventTarget(), { from: { a: big } }), 'bridge to': () => bus.bridge(new EventTarget(), { to: { [big]: true } }), createBus: () => create({ name: big }),
    };
    for (const [what, call] of Object.entries(calls)) assert.throws(call, TrolleybusError, undefined, what);
    for (const [topic, data] of [[big, 1], ['go.order', big]]) assert.isTrue(await bus.request(topic, data).then(() => false, (error) => error instanceof TrolleybusError));
    // What handlers do with data, and throw, and what keys are, is no call's error but the subscription's.
    for (const data of [big, { big }, [big], { [big]: 1 }, new Uint8Array(MANY)]) bus.publish('decode', data);
    bus.subscribe('a', () => { throw Object.assign(new Error(big), { code: big, name: big }); }, { retry: { attempts: 1 } });
    for (const options of [{ dedupe: { key: () => big } }, { retry: { key: () => big } }, { concurrency: 1, coalesce: () => big }]) bus.subscribe('a', fail, options);
    bus.publish('a');
    bus.respond('b', () => big);
    bus.publish('go.ask', 'b');
    await settled();
    sound(bus);
  });
}
