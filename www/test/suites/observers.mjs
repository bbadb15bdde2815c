import { until } from './contract.mjs';
import { silence } from './go.mjs';

const MEMBERS = ['interest', 'accepted', 'delivering', 'delivered', 'dropped', 'dead', 'redriven', 'discarded', 'retained', 'replayed', 'answered'];

/** Observes all, and says it in words. `of`: only what is about such topics. */
function watching(bus, of = /^(?!\$|observe)/) {
  const log = [], who = (s) => s && (s.name ?? s.pattern);
  const say = (topic, ...words) => of.test(topic) && log.push(words.filter((word) => word !== undefined).join(' '));
  const stop = bus.observe({
    interest: (pattern, { on, kind, side }) => say(pattern, 'interest', pattern, on ? 'on' : 'off', kind, side),
    accepted: ({ topic }, { via }) => say(topic, 'accepted', topic, via),
    delivering: ({ topic }, s, { attempt }) => say(topic, 'delivering', topic, who(s), attempt, s.side),
    delivered: ({ topic }, s, { attempt, outcome, error }) => say(topic, 'delivered', topic, who(s), attempt, outcome, error && (error.code ?? error.message)),
    dropped: ({ topic }, s, { reason }) => say(topic, 'dropped', topic, who(s), reason),
    dead: ({ topic, error }) => say(topic, 'dead', topic, error.message),
    redriven: ({ topic }) => say(topic, 'redriven', topic),
    discarded: ({ topic }, { evicted }) => say(topic, 'discarded', topic, evicted),
    retained: (topic, event) => say(topic, 'retained', topic, event?.data),
    replayed: ({ topic, data }, s) => say(topic, 'replayed', topic, data, who(s)),
    answered: ({ topic }, { outcome, error }) => say(topic, 'answered', topic, outcome, error && error.code),
  });
  return { log, stop, take: () => log.splice(0) };
}

/** What observers see of JavaScript's subscribers, whether Go is up or not. */
export function observers(test, assert, make, { settled }) {
  test('observers see what becomes of an event', async () => {
    const bus = await make({ onError: () => {} }), { take, stop } = watching(bus, /^ob\./);
    const off = bus.subscribe('ob.a', () => {}, { name: 'first' });
    bus.subscribe('ob.*', () => { throw new Error('no'); });
    bus.subscribe('ob.a', () => assert.fail('filtered'), { filter: () => false });
    bus.publish('ob.a', 1);
    assert.deepEqual(take(), ['interest ob.a on subscriber js', 'interest ob.* on subscriber js', 'accepted ob.a', 'delivering ob.a first 1 js', 'delivered ob.a first 1 ok', 'delivering ob.a ob.* 1 js', 'delivered ob.a ob.* 1 failed no']);
    off();
    stop();
    stop();
    bus.publish('ob.a', 2);
    await settled();
    assert.deepEqual(take(), []);
  });

  test('observers see once, objects with handleEvent, and what handlers publish, behind what is being delivered', async () => {
    const bus = await make(), { take } = watching(bus, /^ob\./);
    bus.subscribe('ob.a', { handleEvent: () => bus.publish('ob.b') }, { once: true });
    bus.subscribe('ob.*', () => {});
    bus.publish('ob.a');
    assert.deepEqual(take(), ['interest ob.a on subscriber js', 'interest ob.* on subscriber js', 'accepted ob.a', 'interest ob.a off subscriber js', 'delivering ob.a ob.a 1 js', 'accepted ob.b', 'delivered ob.a ob.a 1 ok',
      'delivering ob.a ob.* 1 js', 'delivered ob.a ob.* 1 ok', 'delivering ob.b ob.* 1 js', 'delivered ob.b ob.* 1 ok']);
  });

  test('a promise is told of when it has settled, and one that begins anew with each `then` begins once', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error }) => failures.push(error.message) }), { take } = watching(bus, /^ob\./);
    let resolve, begun = 0;
    bus.subscribe('ob.a', () => new Promise((done) => { resolve = done; }));
    bus.subscribe('ob.b', async () => { throw new Error('late'); });
    bus.subscribe('ob.c', () => ({ then(done) { begun++; done(); } }));
    for (const topic of ['ob.a', 'ob.b', 'ob.c']) bus.publish(topic);
    await settled();
    assert.notInclude(take().join(), 'delivered ob.a');
    resolve();
    await settled();
    assert.deepEqual(take(), ['delivered ob.a ob.a 1 ok']);
    assert.equal(begun, 1);
    assert.deepEqual(failures, ['late']);
  });

  test('observers are told of the interest that there is, then of first and last, at the latest in a microtask', async () => {
    const bus = await make();
    bus.subscribe('old.a', () => {});
    bus.subscribe('$bus.>', () => {});
    bus.target.addEventListener('old.target', () => {});
    const first = watching(bus, /^(old|new)/);
    assert.deepEqual(first.take(), ['interest old.a on subscriber js']);
    const one = bus.subscribe('new.*', () => {}), two = bus.subscribe('new.*', () => {}), answers = bus.respond('new.*', () => 1);
    const stream = bus.events('new.>');
    bus.target.addEventListener('new.target', () => {});
    await Promise.resolve();
    assert.deepEqual(first.take(), ['interest new.* on subscriber js', 'interest new.* on responder js', 'interest new.> on subscriber js']);
    const second = watching(bus, /^(old|new)/);
    assert.sameMembers(second.take(), ['interest old.a on subscriber js', 'interest new.* on subscriber js', 'interest new.* on responder js', 'interest new.> on subscriber js']);
    one();
    await Promise.resolve();
    assert.deepEqual(first.take(), []);
    two();
    answers();
    await stream.return();
    await settled();
    for (const { take } of [first, second]) assert.deepEqual(take(), ['interest new.* off subscriber js', 'interest new.* off responder js', 'interest new.> off subscriber js']);
  });

  test('observers see streams, what their queues drop, and what replaces what', async () => {
    const bus = await make(), { take } = watching(bus, /^ob\.s/);
    const stream = bus.events('ob.s', { overflow: { limit: 1, policy: 'drop-oldest' }, coalesce: (data) => data.key });
    for (const key of ['a', 'a', 'b']) bus.publish('ob.s', { key });
    await stream.next();
    const waits = stream.next();
    bus.publish('ob.s', { key: 'c' });
    await waits;
    assert.deepEqual(take(), ['interest ob.s on subscriber js', 'accepted ob.s', 'accepted ob.s', 'dropped ob.s events coalesced', 'accepted ob.s', 'dropped ob.s events overflow',
      'delivering ob.s events 1 js', 'delivered ob.s events 1 ok', 'accepted ob.s', 'delivering ob.s events 1 js', 'delivered ob.s events 1 ok']);
    await stream.return();
  });

  test('observers see what interceptors drop, requests, and what is kept and replayed', async () => {
    const bus = await make(), { take } = watching(bus, /^ob\./);
    const stop = bus.use(({ topic }, next) => { if (topic !== 'ob.gone') next(); });
    bus.publish('ob.gone');
    stop();
    bus.respond('ob.ask', (n) => { if (n > 1) throw new TypeError('no'); return n; });
    await bus.request('ob.ask', 1);
    await bus.request('ob.ask', 2).catch(() => {});
    const controller = new AbortController(), given = bus.request('ob.wait', 1, { signal: controller.signal }).catch(() => {});
    controller.abort();
    await given;
    const log = take().filter((line) => !/ob\.wait/.test(line));
    assert.deepEqual(log, ['dropped ob.gone intercepted', 'interest ob.ask on responder js', 'accepted ob.ask', 'delivering ob.ask ob.ask 1 js', 'delivered ob.ask ob.ask 1 ok', 'answered ob.ask ok',
      'accepted ob.ask', 'delivering ob.ask ob.ask 1 js', 'delivered ob.ask ob.ask 1 failed no', 'answered ob.ask failed TB_REMOTE']);
    const kept = bus.topic('ob.kept', { retain: true });
    kept.publish('x');
    kept.subscribe(() => {}, { replay: 1 });
    kept.clear();
    kept.clear();
    assert.deepEqual(take(), ['accepted ob.kept', 'retained ob.kept x', 'interest ob.kept on subscriber js', 'replayed ob.kept x ob.kept', 'delivering ob.kept ob.kept 1 js', 'delivered ob.kept ob.kept 1 ok', 'retained ob.kept']);
  });

  test('what observers are given is frozen, and no two subscriptions have one id', async () => {
    const bus = await make(), given = [];
    bus.subscribe('ob.a', () => {});
    bus.subscribe('ob.*', () => {});
    bus.observe(Object.fromEntries(MEMBERS.map((name) => [name, (...args) => { given.push(...args.filter((arg) => Object.getPrototypeOf(Object(arg)) === Object.prototype)); }])));
    bus.publish('ob.a');
    assert.isAbove(given.length, 6);
    for (const each of given) assert.isFrozen(each);
    assert.equal(new Set(given.filter(({ pattern }) => /^ob/.test(pattern)).map(({ id }) => id)).size, 2);
  });

  test('D1 what an observer publishes waits its turn, and is caused by the event at hand', async () => {
    const bus = await make(), seen = [];
    const by = (name) => (data, { topic, causationId, id }) => seen.push([name, topic, topic === 'ob.told' ? causationId === cause : undefined]) && (cause = topic === 'ob.told' ? cause : id);
    let cause;
    bus.subscribe('ob.a', by('first'));
    bus.subscribe('ob.*', by('second'));
    const stop = bus.observe({
      accepted: ({ topic }) => topic === 'ob.a' && bus.publish('ob.told'),
      delivering: ({ topic }) => topic === 'ob.a' && bus.publish('ob.told'),
    });
    bus.publish('ob.a');
    assert.deepEqual(seen, [['first', 'ob.a', undefined], ['second', 'ob.a', undefined], ['second', 'ob.told', true], ['second', 'ob.told', true], ['second', 'ob.told', true]]);
    stop();
  });

  test('D5 an observer that publishes what it sees is cut, and the bus lives', async () => {
    const bus = await make(), errors = [];
    let calls = 0;
    const stop = bus.observe({ accepted: ({ topic }) => {
      calls++;
      try {
        if (topic === 'ob.loop') bus.publish('ob.loop');
      } catch (error) {
        errors.push(error.code);
      }
    } });
    bus.publish('ob.loop');
    stop();
    assert.deepEqual([...new Set(errors)], ['TB_RECURSION']);
    assert.isBelow(calls, 3000);
    const seen = [];
    bus.subscribe('ob.loop', (data) => seen.push(data));
    bus.publish('ob.loop', 1);
    assert.deepEqual(seen, [1]);
  });

  for (const [how, fail] of Object.entries({ 'throws': () => { throw new Error('observer'); }, 'returns a promise that rejects': async () => { throw new Error('observer'); } })) {
    test(`D4 an observer that ${how}, in whichever member, changes nothing, and is reported once`, async () => {
      const failures = [];
      const bus = await make({ onError: (failure) => failures.push(failure) }), seen = [];
      const stops = MEMBERS.map((name) => bus.observe({ [name]: fail }));
      bus.subscribe('ob.*', (data) => seen.push(data));
      for (let i = 0; i < 3; i++) bus.publish('ob.a', i);
      bus.use((event, next) => { if (event.topic !== 'ob.gone') next(); });
      bus.publish('ob.gone');
      await bus.request('ob.ask', 1, { timeout: 20 }).catch(() => {});
      await settled();
      assert.deepEqual(seen, [0, 1, 2, 1]);
      const names = failures.filter(({ pattern }) => pattern === 'observe').map(({ name }) => name);
      assert.includeMembers(names, ['interest', 'accepted', 'delivering', 'delivered', 'dropped', 'answered']);
      assert.equal(new Set(names).size, names.length);
      for (const stop of stops) stop();
    });
  }

  test('an observer may end itself, begin another, and return a promise that never settles', async () => {
    const bus = await make(), log = [];
    const stop = bus.observe({ accepted: ({ topic }) => {
      stop();
      log.push(`first ${topic}`);
      bus.observe({ accepted: ({ topic }) => { log.push(`second ${topic}`); return new Promise(() => {}); } });
    } });
    bus.publish('ob.a');
    bus.publish('ob.b');
    assert.deepEqual(log, ['first ob.a', 'second ob.b']);
  });

  test('an observer is called as its own member, and each wrong one is an OptionError', async () => {
    const bus = await make();
    class Counter { count = 0; accepted() { this.count++; } }
    const counter = new Counter();
    delete counter.count;
    Object.defineProperty(Counter.prototype, 'count', { value: 0, writable: true });
    bus.observe(counter);
    bus.publish('ob.a');
    assert.equal(counter.count, 1);
    for (const wrong of [undefined, null, 7, 'all', () => {}, [], Symbol('s'), { accepted: 1 }, { acepted() {} }, { get accepted() { throw new Error('getter'); } }]) {
      let error;
      try {
        bus.observe(wrong);
      } catch (thrown) {
        error = thrown;
      }
      assert.equal(error?.code, 'TB_OPTION', String(wrong));
    }
    bus.observe({});
    await bus.close();
    assert.throws(() => bus.observe({}), /closed/);
  });

  test('with observers a program is delivered as without', async () => {
    const log = async (observed) => {
      const bus = await make({ onError: ({ error }) => seen.push(error.message) }), seen = [];
      const stop = observed ? bus.observe(Object.fromEntries(MEMBERS.map((name) => [name, () => {}]))) : () => {};
      const off = bus.subscribe('ob.a', (n) => { seen.push(`one ${n}`); if (n === 2) off(); if (n < 3) bus.publish('ob.a', n + 1); });
      bus.subscribe('ob.>', (n) => { seen.push(`two ${n}`); if (n === 1) throw new Error('thrown'); });
      bus.subscribe('ob.a', async (n) => { if (n === 1) throw new Error('rejected'); seen.push(`three ${n}`); }, { once: true });
      bus.target.addEventListener('ob.a', ({ detail }) => seen.push(`target ${detail}`));
      bus.topic('ob.b', { retain: true }).publish(7);
      bus.subscribe('ob.b', (n) => { seen.push(`kept ${n}`); }, { replay: 1 });
      bus.publish('ob.a', 0);
      await settled();
      const { published, delivered, failed, dropped } = bus.stats();
      stop();
      return [...seen, published, delivered, failed, dropped];
    };
    assert.deepEqual(await log(true), await log(false));
  });
}

/** The same with what Go decides. */
export function observersOfPolicies(test, assert, make, { virtualClock }) {
  test('D7 to D10 observers see attempts, time-outs, duplicates, drops and dead letters', async () => {
    const clock = virtualClock(), bus = await make({ clock, onError: () => {} }), { take } = watching(bus, /^ob\./);
    let ill = true;
    bus.subscribe('ob.retry', () => { if (ill) throw new Error('no'); }, { name: 'r', retry: { attempts: 2, backoff: { initial: 100, jitter: false } } });
    bus.publish('ob.retry', 1);
    await clock.advanceAsync(1000);
    assert.deepEqual(take(), ['interest ob.retry on subscriber js', 'accepted ob.retry', 'delivering ob.retry r 1 js', 'delivered ob.retry r 1 failed no', 'delivering ob.retry r 2 js', 'delivered ob.retry r 2 failed no', 'dead ob.retry no']);
    ill = false;
    bus.redrive('ob.retry');
    await clock.advanceAsync(1000);
    assert.deepEqual(take(), ['redriven ob.retry', 'delivering ob.retry r 1 js', 'delivered ob.retry r 1 ok']);
    ill = true;
    bus.publish('ob.retry', 2);
    await clock.advanceAsync(1000);
    bus.discard('ob.retry');
    assert.equal(take().pop(), 'discarded ob.retry false');

    bus.subscribe('ob.once', () => {}, { dedupe: { window: 1000 } });
    bus.publish('ob.once', 1, { id: 'x' });
    bus.publish('ob.once', 2, { id: 'x' });
    assert.deepEqual(take().slice(-3), ['delivered ob.once ob.once 1 ok', 'accepted ob.once', 'dropped ob.once ob.once duplicate']);
    bus.subscribe('ob.slow', () => new Promise(() => {}), { timeout: 50, concurrency: 1, overflow: { limit: 1, policy: 'drop-newest' } });
    for (const n of [1, 2, 3]) bus.publish('ob.slow', n);
    await clock.advanceAsync(50);
    assert.deepEqual(take().slice(1), ['accepted ob.slow', 'delivering ob.slow ob.slow 1 js', 'accepted ob.slow', 'accepted ob.slow', 'dropped ob.slow ob.slow overflow', 'delivered ob.slow ob.slow 1 timeout TB_TIMEOUT', 'delivering ob.slow ob.slow 1 js']);
    bus.subscribe('ob.typed', () => {}, { debounce: 100 });
    for (const n of [1, 2]) bus.publish('ob.typed', n);
    await clock.advanceAsync(100);
    assert.deepEqual(take().filter((line) => /typed/.test(line)).slice(1), ['accepted ob.typed', 'accepted ob.typed', 'dropped ob.typed ob.typed coalesced', 'delivering ob.typed ob.typed 1 js', 'delivered ob.typed ob.typed 1 ok']);
  });
}

/** Of Go's own subscribers; the component is www/browser/component. */
export function observersOfGo(test, assert, make, { settled }) {
  test('observers see the deliveries of Go, and what it wants', async () => {
    const bus = await make({ onError: () => {} }), { take, log } = watching(bus, /^(order\.|fail|panic|slow)/);
    assert.includeMembers(take(), ['interest order.placed on subscriber go', 'interest fail on subscriber go']);
    bus.publish('order.placed', { id: 'a', items: 1 });
    assert.deepEqual(take(), ['accepted order.placed', 'delivering order.placed orders 1 go', 'accepted order.done', 'delivered order.placed orders 1 ok']);
    bus.publish('fail', 1);
    bus.publish('panic', 1);
    assert.deepEqual(take(), ['accepted fail', 'delivering fail fail 1 go', 'delivered fail fail 1 failed TB_GO', 'accepted panic', 'delivering panic panic 1 go', 'delivered panic panic 1 failed TB_PANIC']);
    bus.publish('slow', 'x');
    await until(() => log.some((line) => line.startsWith('delivered slow ')));
    assert.deepEqual(take().filter((line) => / slow( |$)/.test(line)), ['accepted slow', 'delivering slow slow 1 go', 'delivered slow slow 1 ok']);
  });

  test('an event that observers see of Go is the one that JavaScript has', async () => {
    const bus = await make(), events = new Set();
    bus.observe({ accepted: (event) => event.topic === 'decode' && events.add(event), delivering: (event) => event.topic === 'decode' && events.add(event), delivered: (event) => event.topic === 'decode' && events.add(event) });
    bus.publish('decode', { a: 1 });
    assert.equal(events.size, 1);
    assert.deepEqual([...events][0].data, { a: 1 });
  });

  test('D4 an observer that throws within a delivery of Go is reported once, and Go lives', async () => {
    const failures = [], done = [];
    const bus = await make({ onError: ({ error, pattern }) => failures.push([pattern, error.message]) });
    bus.subscribe('order.done', (data) => done.push(data.items));
    bus.observe(Object.fromEntries(MEMBERS.map((name) => [name, () => { throw new Error('observer'); }])));
    for (const items of [1, 2]) bus.publish('order.placed', { id: 'a', items });
    await settled();
    assert.deepEqual(done, [2, 3]);
    assert.deepEqual(failures, [['observe', 'observer']]);
  });

  test('who observes interest alone is told of Go\'s once, whoever observes more comes and goes', async () => {
    const bus = await make({ onError: () => {} }), wanted = [], delivered = [];
    const alone = (pattern, { on, side }) => pattern === 'order.placed' && wanted.push([on, side]);
    const stop = bus.observe({ interest: alone });
    assert.deepEqual(wanted, [[true, 'go']]);
    const more = () => bus.observe({ delivered: ({ topic }, { side }) => { if (topic === 'order.placed') delivered.push(side); } });
    for (let round = 1; round <= 2; round++) {
      const end = more();
      bus.publish('order.placed', { id: 'a', items: 1 });
      end();
      bus.publish('order.placed', { id: 'b', items: 1 });
      assert.deepEqual(delivered, Array(round).fill('go'));
    }
    await settled();
    assert.deepEqual(wanted, [[true, 'go']]);
    stop();
    const end = more();
    bus.publish('order.placed', { id: 'c', items: 1 });
    end();
    assert.deepEqual(delivered, ['go', 'go', 'go']);
    assert.deepEqual(wanted, [[true, 'go']]);
  });

  test('the interest of an instance of Go ends with it, and comes back with the next one', async () => {
    const restore = silence();
    const bus = await make({ onError: () => {} }), { take } = watching(bus, /^(order\.placed|order\.new)$/);
    assert.include(take(), 'interest order.placed on subscriber go');
    bus.publish('crash');
    await until(() => bus.stats().restarts === 1);
    await bus.ready;
    await settled();
    assert.deepEqual(take(), ['interest order.placed off subscriber go', 'interest order.placed on subscriber go']);
    bus.publish('order.placed', { id: 'a', items: 1 });
    assert.include(take(), 'delivered order.placed orders 1 ok');
    restore();
  });
}
