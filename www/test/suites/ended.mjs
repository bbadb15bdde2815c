import { some } from './effort.mjs';

const LONG = 3_600_000;

/** Handlers that are running when their subscription ends, and heed their signal in the ways that there are. */
const HEEDING = {
  'never settles': () => new Promise(() => {}),
  'throws the reason': (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  'throws an AbortError of its own': (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('fetch', 'AbortError')))),
  'throws it as the cause of its own': (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('no answer', { cause: signal.reason })))),
  'throws it as all that was tried': (_data, { signal }) => Promise.any([1, 2].map(() => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))))),
  'returns': (_data, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
};
const fail = () => { throw new Error('broken'); };

/** In how many ways a subscription ends. Each subscribes and returns what ends it. */
export const ENDINGS = {
  'its handle': (bus, pattern, handler, options) => bus.subscribe(pattern, handler, options),
  'using': (bus, pattern, handler, options) => {
    const off = bus.subscribe(pattern, handler, options);
    return () => void off[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
  },
  'its signal': (bus, pattern, handler, options) => {
    const controller = new AbortController();
    bus.subscribe(pattern, handler, { ...options, signal: controller.signal });
    return () => controller.abort();
  },
  'the end of the bus': (bus, pattern, handler, options) => {
    bus.subscribe(pattern, handler, options);
    return () => void bus.close();
  },
};

/** After the end of a subscription nothing of it is timed, and that its work was cancelled is no failure (D12). */
export function ended(test, assert, make, { virtualClock, settled }, endings = ENDINGS) {
  const start = async () => {
    const clock = virtualClock(), failures = [], bus = await make({ clock, onError: ({ error }) => failures.push(error) });
    return { bus, clock, failures };
  };

  test('D12 nothing of a subscription with a time-out is timed after its end, and its cancellation is no failure', async () => {
    for (const [how, subscribe] of Object.entries(endings)) {
      for (const [what, handler] of some(Object.entries(HEEDING))) {
        for (const once of [false, true]) {
          const { bus, clock, failures } = await start();
          const signals = [];
          const end = subscribe(bus, 'a', (data, event) => { signals.push(event.signal); return handler(data, event); }, { timeout: LONG, once });
          bus.publish('a');
          bus.publish('a');
          assert.equal(clock.pending, once ? 1 : 2);
          const done = end();
          if (done !== undefined) await done;
          assert.equal(clock.pending, 0, `${how}, ${what}`);
          assert.deepEqual(signals.map(({ aborted }) => aborted), signals.map(() => true), `${how}, ${what}`);
          await settled();
          await clock.advanceAsync(2 * LONG);
          assert.deepEqual(failures, [], `${how}, ${what}`);
          await bus.close();
        }
      }
    }
  });

  test('D12 what a handler fails with after the end, beside that, is a failure', async () => {
    for (const [how, subscribe] of Object.entries(endings)) {
      const { bus, clock, failures } = await start();
      let reject;
      const end = subscribe(bus, 'a', () => new Promise((_resolve, no) => { reject = no; }), { timeout: LONG });
      bus.publish('a');
      await end();
      await clock.advanceAsync(2 * LONG);
      reject(new Error('late'));
      await settled();
      assert.deepEqual(failures.map(({ message }) => message), ['late'], how);
      await bus.close();
    }
  });

  test('D12 a time that was up before the end is a failure, and what is said later is none', async () => {
    const { bus, clock, failures } = await start();
    let reject;
    const off = bus.subscribe('a', (_data, { signal }) => new Promise((_resolve, no) => { reject = () => no(signal.reason); }), { timeout: 100 });
    bus.publish('a');
    await clock.advanceAsync(100);
    off();
    reject();
    await settled();
    assert.deepEqual(failures.map(({ code }) => code), ['TB_TIMEOUT']);
  });

  test('D12 a responder that gives up as nobody waits for its answer has not failed', async () => {
    const { bus, clock, failures } = await start();
    bus.respond('ask', (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
    bus.respond('ask', () => new Promise(() => {}));
    const controller = new AbortController(), outcomes = [];
    const asks = (options) => bus.request('ask', undefined, options).catch((error) => { outcomes.push(error.name); });
    const all = [asks({ timeout: 100 }), asks({ signal: controller.signal })];
    controller.abort();
    await clock.advanceAsync(100);
    await Promise.all(all);
    bus.respond('race', (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
    bus.respond('race', () => 'first');
    assert.equal(await bus.request('race'), 'first');
    assert.equal(clock.pending, 0);
    assert.deepEqual(outcomes.sort(), ['AbortError', 'TimeoutError']);
    assert.deepEqual(failures, []);
  });

  test('D12 an iterator leaves nothing behind, however its loop ends', async () => {
    for (const end of [(events) => events.return(), (events) => events[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]?.() ?? events.return(), (_events, controller) => controller.abort(), (_events, _controller, bus) => bus.close()]) {
      const { bus, clock, failures } = await start(), controller = new AbortController();
      const events = bus.events('a', { signal: controller.signal });
      bus.publish('a', 1);
      assert.equal((await events.next()).value.data, 1);
      await end(events, controller, bus);
      assert.equal((await events.next()).done, true);
      assert.deepEqual([clock.pending, failures], [0, []]);
    }
  });
}

/** The same of what Go decides on; `make` gives a bus with Go up. */
export function endedPolicies(test, assert, make, { virtualClock, settled }, endings = ENDINGS) {
  const pause = { backoff: { initial: LONG, jitter: false } };
  /** Options, a handler, and the dead letters that there are in the end: what failed before. */
  const KINDS = {
    'timed and retried': [{ timeout: LONG, retry: pause }, HEEDING['throws the reason'], 0],
    'timed, retried, never settles': [{ timeout: LONG, retry: pause }, HEEDING['never settles'], 0],
    'timed in a queue': [{ timeout: LONG, concurrency: 1 }, HEEDING['throws the reason'], 0],
    'timed in a group': [{ timeout: LONG, queue: 'q' }, HEEDING['throws the reason'], 0],
    'timed and deduped': [{ timeout: LONG, dedupe: { window: LONG } }, HEEDING['throws the reason'], 0],
    'timed behind a key': [{ timeout: LONG, retry: { ...pause, key: () => 'k' } }, HEEDING['throws the reason'], 0],
    'between attempts': [{ retry: pause }, fail, 2],
    'between attempts in a group': [{ retry: pause, queue: 'q' }, fail, 2],
    'between attempts in a queue': [{ retry: pause, concurrency: 2 }, fail, 2],
    'debounced': [{ debounce: LONG }, () => {}, 0],
    'throttled': [{ throttle: LONG }, () => {}, 0],
    'by frames': [{ frame: true }, () => {}, 0],
    'coalesced': [{ debounce: LONG, coalesce: (data) => String(data) }, () => {}, 0],
    'in a full queue': [{ concurrency: 1, overflow: { limit: 1, policy: 'latest' } }, HEEDING['never settles'], 0],
  };
  const start = async () => {
    const clock = virtualClock(), failures = [], bus = await make({ clock, onError: ({ error }) => failures.push(error) });
    return { bus, clock, failures };
  };

  test('D12 nothing of a subscription with policies is timed after its end, and only what has failed is a dead letter', async () => {
    for (const [how, subscribe] of Object.entries(endings)) {
      const closes = how === 'the end of the bus';
      let made = await start(), topics = 0;
      // A bus that has been closed is of no more use: the next kind has one of its own.
      for (const [what, [options, handler, letters]] of closes ? some(Object.entries(KINDS)) : Object.entries(KINDS)) {
        for (const once of [false, true]) {
          const { bus, clock, failures } = made, topic = `a${++topics}.x`, where = `${how}, ${what}${once ? ', once' : ''}`;
          const dead = [];
          bus.subscribe(`$bus.dead.${topic}`, ({ error }) => { dead.push(error.message); });
          const end = subscribe(bus, topic.replace('x', '*'), handler, { ...options, once });
          bus.publish(topic, 1);
          bus.publish(topic, 2);
          await settled();
          await end();
          assert.equal(clock.pending, 0, where);
          await settled();
          await clock.advanceAsync(2 * LONG);
          assert.equal(clock.pending, 0, where);
          assert.deepEqual(failures, [], where);
          // A bus that has been closed tells nothing any more.
          if (!closes) assert.deepEqual(dead, Array(once ? Math.min(letters, 1) : letters).fill('broken'), where);
          else made = await start();
        }
      }
    }
  });

  test('D12 a late failure of a subscription with policies is told', async () => {
    for (const options of [{ timeout: LONG, concurrency: 1 }, { concurrency: 1 }, { timeout: LONG, dedupe: {} }, { timeout: LONG, retry: pause }]) {
      const { bus, clock, failures } = await start();
      let reject;
      const off = bus.subscribe('a', () => new Promise((_resolve, no) => { reject = no; }), options);
      bus.publish('a');
      off();
      await clock.advanceAsync(2 * LONG);
      reject(new Error('late'));
      await settled();
      assert.deepEqual([...failures, ...bus.deadLetters().map(({ error }) => error)].map(({ message }) => message), ['late'], JSON.stringify(options));
      await bus.close();
    }
  });

  test('D9 D12 what a member gives up as it leaves goes to another one of its group', async () => {
    const { bus, failures } = await start(), got = [];
    const off = bus.subscribe('a', HEEDING['throws the reason'], { queue: 'q', timeout: LONG });
    bus.publish('a', 1);
    bus.subscribe('a', (data) => { got.push(data); }, { queue: 'q' });
    off();
    await settled();
    assert.deepEqual([got, failures, bus.deadLetters()], [[1], [], []]);
  });

  test('D12 an iterator with a debounce leaves nothing behind', async () => {
    const { bus, clock } = await start(), events = bus.events('a', { debounce: LONG, dedupe: { window: LONG } });
    bus.publish('a', 1);
    assert.equal(clock.pending, 1);
    await events.return();
    assert.equal(clock.pending, 0);
  });
}
