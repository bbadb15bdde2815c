/** Whatever of a user's the bus calls may use the bus, also while it is Go that asks (A clock, random numbers, keys, storages, ...). */
export function meddling(test, assert, make, { virtualClock, settled }) {
  test('what the bus calls may use the bus: no instance of Go is lost, and no event', async () => {
    const virtual = virtualClock(), calls = {}, failed = [], restarted = [];
    let bus, inside = false, last;
    /** Does all that can be done with a bus, unless it is within that already. */
    const use = (from) => {
      if (bus === undefined || inside) return;
      inside = true;
      try {
        calls[from] = (calls[from] ?? 0) + 1;
        if (calls[from] > 20) return; // or it would never come to rest
        bus.publish('kept.x', calls[from]);
        bus.publish('work', 1, { id: `id ${calls[from] % 3}` });
        bus.publish('order.placed', { id: from, items: 1 });
        bus.topic(`kept.${calls[from] % 3}`, { history: { count: 2, age: 60_000 } });
        bus.subscribe('kept.*', () => {}, { replay: 1, debounce: 1000 })();
        last?.();
        last = bus.subscribe('work', () => { throw new Error('no'); }, { retry: { attempts: 2 }, concurrency: 1, dedupe: { window: 1000 } });
        bus.deadLetters();
        bus.redrive('>');
        bus.discard('work');
        bus.pressure('work');
        bus.topic('kept.x').clear();
        void bus.topic('kept.x').value;
        bus.request('ask').catch(() => {});
        bus.stats();
        bus.topics();
        bus.subscriptions();
      } catch (error) {
        failed.push(`${from}: ${error.code} ${error.message}`);
      } finally {
        inside = false;
      }
    };
    const using = (name, call) => (...parameters) => {
      use(name);
      return call(...parameters);
    };
    const clock = {
      now: using('now', virtual.now), date: using('date', virtual.date),
      after: (ms, run) => { use('after'); const cancel = virtual.after(ms, using('timer', run)); return using('cancel', cancel); },
      frame: (run) => { use('frame'); return virtual.after(16, run); },
    };
    const entries = new Map([['trolleybus:dedupe:stored:old', '1']]);
    const store = {
      getItem: using('getItem', (key) => entries.get(key) ?? null), setItem: using('setItem', (key, value) => { entries.set(key, value); }),
      removeItem: using('removeItem', (key) => { entries.delete(key); }), key: using('key', (i) => [...entries.keys()][i] ?? null), get length() { use('length'); return entries.size; },
    };
    bus = await make({ clock, random: using('random', () => 0.5), onError: using('onError', () => {}) });
    const done = [], got = [];
    bus.subscribe('order.done', ({ id }) => { done.push(id); });
    bus.subscribe('$bus.restarted', () => { restarted.push(1); });
    bus.subscribe('$bus.letters', using('letters', () => {}));
    bus.topic('kept.x', { history: { count: 3, age: 60_000, bytes: 10_000 }, schema: { '~standard': { version: 1, vendor: 'x', validate: using('schema', (value) => ({ value })) } } });
    bus.use((_event, next) => { use('interceptor'); next(); });
    const fail = using('handler', () => { throw new Error('no'); });
    const key = (name) => using(name, (data) => String(Number(data) % 3));
    const retry = { attempts: 3, backoff: { initial: 10 }, key: key('retry.key'), retryable: using('retryable', () => true) };
    const filter = using('filter', () => true);
    const offs = [
      { retry, filter }, { retry, queue: 'q' }, { retry, queue: 'q', concurrency: 1, filter }, { timeout: 1000 }, { retry, name: 'stored', dedupe: { window: 60_000, max: 2, key: key('dedupe.key'), store } },
      { concurrency: 1, overflow: { limit: 2 }, coalesce: key('coalesce') }, { debounce: 5, coalesce: key('coalesce'), overflow: { limit: 2, policy: 'drop-oldest' } },
      { throttle: 5, coalesce: key('coalesce'), overflow: { limit: 2, policy: 'latest' } }, { replay: 2, filter }, { once: true, retry },
    ].map((options) => bus.subscribe('*.x', options.name === 'stored' ? using('handler', () => {}) : fail, options));
    bus.subscribe('a.x', (data) => { got.push(data); });
    offs.push(bus.subscribe('painted', fail, { frame: true }));
    bus.respond('ask', using('responder', () => 1));
    for (let i = 0; i < 10; i++) {
      bus.publish('kept.x', i);
      bus.publish('a.x', i);
      bus.publish('echo.me', i);
      bus.publish('painted', i);
      await virtual.advanceAsync(20);
      bus.redrive('>', { rate: 100 });
    }
    for (const off of offs) off();
    await virtual.advanceAsync(60_000);
    last?.();
    await settled();
    assert.deepEqual(failed, []);
    assert.deepEqual(restarted, []);
    assert.deepEqual(got, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    bus.publish('order.placed', { id: 'the last', items: 1 });
    assert.equal(done.at(-1), 'the last');
    for (const name of ['now', 'date', 'after', 'cancel', 'timer', 'frame', 'random', 'onError', 'letters', 'schema', 'interceptor', 'handler', 'retry.key', 'retryable', 'filter', 'dedupe.key', 'coalesce', 'getItem', 'setItem', 'key', 'length', 'responder']) {
      assert.isAbove(calls[name] ?? 0, 0, name);
    }
  });
}
