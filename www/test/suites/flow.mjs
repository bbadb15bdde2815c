// Queue groups (D9) and back-pressure (D10). `make` gives a bus with Go up, on the clock that it is given.
export function flow(test, assert, make, { virtualClock, settled }) {
  const start = async (options) => {
    const clock = virtualClock(), failures = [];
    const bus = await make({ clock, onError: (failure) => failures.push(failure), ...options });
    return { bus, clock, failures, before: bus.stats().subscriptions };
  };
  /** An asynchronous handler whose calls end when the test says so. */
  const gated = () => {
    const calls = [], gates = [];
    const handler = (data) => new Promise((resolve, reject) => {
      calls.push(data);
      gates.push({ resolve, reject });
    });
    const next = async (error) => {
      const { resolve, reject } = gates.shift();
      if (error === undefined) resolve();
      else reject(error);
      await settled();
    };
    return { handler, calls, next };
  };
  const publish = (bus, topic, ...all) => all.forEach((data) => bus.publish(topic, data));

  test('D9 of the members of a group one gets each event, and others get all', async () => {
    const { bus } = await start(), got = { a: [], b: [], c: [], all: [] };
    bus.subscribe('job.*', (data) => got.a.push(data), { queue: 'workers' });
    bus.subscribe('job.>', (data) => got.b.push(data), { queue: 'workers' });
    bus.subscribe('job.*', (data) => got.c.push(data), { queue: 'others' });
    bus.subscribe('job.*', (data) => got.all.push(data));
    publish(bus, 'job.x', 1, 2, 3, 4);
    bus.publish('job.y.z', 5); // only one member's pattern matches
    assert.deepEqual([got.a.length + got.b.length, got.a.length], [5, 2]);
    assert.deepEqual([...got.a, ...got.b].sort(), [1, 2, 3, 4, 5]);
    assert.deepEqual([got.c, got.all], [[1, 2, 3, 4], [1, 2, 3, 4]]);
    assert.include(got.b, 5);
  });

  test('D9 the member that has least to do is chosen', async () => {
    const { bus } = await start(), slow = gated(), quick = [];
    bus.subscribe('job', slow.handler, { queue: 'w' });
    bus.subscribe('job', (data) => quick.push(data), { queue: 'w' });
    publish(bus, 'job', 1, 2, 3, 4, 5);
    assert.deepEqual([slow.calls, quick], [[1], [2, 3, 4, 5]]);
    await slow.next();
    publish(bus, 'job', 6);
    assert.deepEqual(slow.calls, [1, 6]);
  });

  test('D9 an attempt that failed is followed by one of another member', async () => {
    const { bus, clock } = await start(), got = [];
    const member = (name, options) => bus.subscribe('job', (data) => { got.push(name); if (name === 'bad') throw new Error(`no ${data}`); }, { queue: 'w', ...options });
    member('bad', { retry: { backoff: { initial: 10, jitter: false } } });
    member('good', { retry: {} });
    bus.publish('job', 1);
    await clock.advanceAsync(100);
    assert.deepEqual(got, ['bad', 'good']);
    assert.deepEqual(bus.deadLetters(), []);
  });

  test('D9 the work of a member that leaves goes to another one', async () => {
    const { bus } = await start(), first = gated(), second = gated();
    const off = bus.subscribe('job', first.handler, { queue: 'w', concurrency: 1 });
    publish(bus, 'job', 1, 2, 3);
    bus.subscribe('job', second.handler, { queue: 'w', concurrency: 1 });
    off();
    assert.equal(bus.stats().dropped, 0);
    await settled();
    assert.deepEqual([first.calls, second.calls], [[1], [2]]);
    await second.next();
    assert.deepEqual(second.calls, [2, 3]);
  });

  test('D9 members have keys and options of their own, also for work that they take over', async () => {
    const { bus, clock } = await start(), log = [];
    const member = (name, options) => bus.subscribe('job', ({ n }) => { log.push(`${name}${n}`); if (name === 'bad') throw new Error('no'); }, { queue: 'w', name, ...options });
    const off = member('bad', { retry: { backoff: { initial: 10, jitter: false } }, dedupe: { key: ({ n }) => `bad ${n}` } });
    publish(bus, 'job', { n: 1 }, { n: 2 });
    member('good', { retry: {}, dedupe: { key: ({ of }) => of } });
    await clock.advanceAsync(5);
    bus.publish('job', { n: 3, of: 'x' });
    await clock.advanceAsync(100);
    assert.deepEqual(log.slice(0, 2), ['bad1', 'bad2']);
    assert.sameMembers(log.slice(2), ['good1', 'good2', 'good3']);
    off();
    bus.subscribe('job', ({ n }) => log.push(`once${n}`), { queue: 'w', once: true });
    publish(bus, 'job', { n: 4, of: 'y' }, { n: 5, of: 'z' }, { n: 6, of: 'u' }, { n: 7, of: 'v' });
    assert.lengthOf(log.filter((entry) => entry.startsWith('once')), 1);
    assert.lengthOf(log, 9);
  });

  test('D2 a member that joins during a delivery is not chosen for it', async () => {
    const { bus } = await start(), got = [];
    bus.subscribe('job', () => bus.subscribe('job', () => got.push('late'), { queue: 'w' }), { once: true });
    bus.subscribe('job', () => got.push('member'), { queue: 'w' });
    bus.publish('job');
    assert.deepEqual(got, ['member']);
    bus.publish('job');
    assert.deepEqual(got, ['member', 'late']);
  });

  test('D10 no more promises are pending than concurrency says, and order is kept', async () => {
    const { bus } = await start(), two = gated();
    bus.subscribe('a', two.handler, { concurrency: 2, name: 'two' });
    publish(bus, 'a', 1, 2, 3, 4);
    assert.deepEqual(two.calls, [1, 2]);
    const info = bus.subscriptions().find(({ name }) => name === 'two');
    assert.include(info, { running: 2, waiting: 2, limit: 1024, dropped: 0 });
    await two.next();
    assert.deepEqual(two.calls, [1, 2, 3]);
    await two.next();
    await two.next();
    assert.deepEqual(two.calls, [1, 2, 3, 4]);
  });

  for (const [policy, want, dropped, codes] of [
    ['drop-oldest', [0, 3, 4], 2, []],
    ['drop-newest', [0, 1, 2], 2, []],
    ['latest', [0, 3, 4], 2, []],
    ['error', [0, 1, 2], 2, ['TB_OVERFLOW', 'TB_OVERFLOW']],
  ]) {
    test(`D10 a full queue: ${policy}`, async () => {
      const { bus, failures } = await start(), one = gated();
      bus.subscribe('a', one.handler, { concurrency: 1, overflow: { limit: 2, policy } });
      publish(bus, 'a', 0, 1, 2, 3, 4);
      for (let i = 0; i < want.length; i++) await one.next();
      assert.deepEqual(one.calls, want);
      assert.equal(bus.stats().dropped, dropped);
      assert.deepEqual(failures.map(({ error }) => error.code), codes);
    });
  }

  test('D10 the failure of a full queue has the event that was refused, with its data', async () => {
    const full = { limit: 1, policy: 'error' }, never = () => new Promise(() => {}), fail = () => { throw new Error('again'); };
    const byNumber = (data) => String(data.n);
    for (const [handler, options] of [
      [never, { concurrency: 1 }], [never, { concurrency: 1, queue: 'q' }], [never, { concurrency: 1, dedupe: { key: byNumber } }], [never, { concurrency: 1, timeout: 1000, name: 'named' }],
      [never, { debounce: 100, coalesce: byNumber }], [never, { throttle: 100, coalesce: byNumber }], [never, { frame: true, coalesce: byNumber }],
      [fail, { retry: { key: () => 'one' } }], [never, { concurrency: 1, retry: {} }],
    ]) {
      for (const pattern of ['a.x', 'a.*']) {
        const { bus, failures } = await start(), all = [0, 1, 2, 3].map((n) => ({ n, self: null }));
        bus.subscribe(pattern, handler, { ...options, overflow: full });
        for (const data of all) bus.publish('a.x', data);
        const what = JSON.stringify([pattern, Object.keys(options)]);
        assert.isNotEmpty(failures, what);
        const refused = all.slice(-failures.length);
        failures.forEach(({ error, event, topic, pattern: of, name }, i) => {
          assert.deepEqual([error.code, error.name, topic, of, name], ['TB_OVERFLOW', 'OverflowError', 'a.x', pattern, options.name], what);
          assert.deepEqual([event.topic, event.id, error.event === event], ['a.x', `${event.id.split('-')[0]}-${event.seq}`, true], what);
          assert.strictEqual(event.data, refused[i], what);
        });
      }
    }
  });

  test('D10 what a full queue of a replay or an iterator refuses can be had', async () => {
    const { bus, failures } = await start(), data = { n: 2 };
    bus.topic('a', { retain: true });
    bus.publish('a', { n: 0 });
    bus.subscribe('go', () => {
      publish(bus, 'a', { n: 1 }, data);
      bus.subscribe('a', () => {}, { replay: 1, overflow: { limit: 1 } });
    });
    bus.publish('go');
    assert.lengthOf(failures, 1);
    assert.strictEqual(failures[0].event.data, data);
    assert.strictEqual(failures[0].error.event, failures[0].event);

    const events = bus.events('b', { overflow: { limit: 1 } });
    publish(bus, 'b', { n: 1 }, data);
    assert.deepEqual((await events.next()).value.data, { n: 1 });
    const error = await events.next().catch((error) => error);
    assert.equal(error.code, 'TB_OVERFLOW');
    assert.strictEqual(error.event.data, data);
    assert.equal(error.event.topic, 'b');
  });

  test('D10 coalescing: an event takes the place of the one that waits with the same key', async () => {
    const { bus } = await start(), one = gated();
    bus.subscribe('price', one.handler, { concurrency: 1, coalesce: ({ of }) => of });
    publish(bus, 'price', ...[['x', 1], ['x', 2], ['y', 3], ['x', 4], ['y', 5], ['z', 6]].map(([of, n]) => ({ of, n })));
    for (let i = 0; i < 4; i++) await one.next();
    assert.deepEqual(one.calls.map(({ n }) => n), [1, 4, 5, 6]);
    assert.equal(bus.stats().coalesced, 2);
  });

  test('D12 with policies too a filter may end its subscription, and once is for one event', async () => {
    const policies = { retry: { retry: { attempts: 2 } }, dedupe: { dedupe: {} }, queue: { queue: 'q' }, concurrency: { concurrency: 1 }, timeout: { retry: {}, timeout: 100 } };
    for (const [name, options] of Object.entries(policies)) {
      const { bus, failures, clock } = await start(), seen = [];
      const off = bus.subscribe('a', () => { seen.push('ended'); }, { ...options, filter: () => {
        off();
        return true;
      } });
      bus.publish('a', 0);
      bus.subscribe('a', (data) => { seen.push(data); }, { ...options, once: true, filter: (data) => {
        if (data === 1) bus.target.dispatchEvent(new CustomEvent('a', { detail: 2 }));
        return true;
      } });
      bus.publish('a', 1);
      await clock.advanceAsync(1000);
      assert.deepEqual([seen, failures.map(({ error }) => error.code)], [[2], []], name);
    }
  });

  test('D10 a timer that is stopped too late changes nothing', async () => {
    const answered = (bus) => {
      bus.respond('ask', (data) => data);
      return async (data) => { await bus.request('ask', data, { timeout: 100 }); };
    };
    const again = { retry: { attempts: 3, backoff: { initial: 100, jitter: false } } };
    for (const [name, options, also] of [
      ['debounce', { debounce: 100 }], ['debounce by key', { debounce: 100, coalesce: (data) => String(data % 2) }], ['throttle', { throttle: 100 }],
      ['evicted', { debounce: 100, coalesce: (data) => String(data % 3), overflow: { limit: 1, policy: 'drop-oldest' } }],
      ['timeout', { timeout: 100 }], ['timeout and retry', { ...again, timeout: 100 }], ['request', { timeout: 100 }, answered], ['ended', { debounce: 100 }], ['retry, ended', again],
    ]) {
      const [stopped, late] = await Promise.all([false, true].map(async (late) => {
        const clock = virtualClock(), failures = [], log = [];
        const { after } = clock;
        if (late) clock.after = (milliseconds, run) => {
          after(milliseconds, run);
          return () => {};
        };
        const bus = await make({ clock, onError: ({ error }) => failures.push(error.code ?? error.message) });
        const ask = also?.(bus);
        const off = bus.subscribe('a', (data) => {
          log.push([clock.now(), data]);
          if (name.startsWith('retry') || data === 3 && options.retry) throw new Error('again');
        }, options);
        for (let i = 0; i < 8; i++) {
          bus.publish('a', i);
          await ask?.(i);
          await clock.advanceAsync(20 * i);
        }
        if (name.endsWith('ended')) {
          bus.publish('a', 8);
          off();
        }
        await clock.advanceAsync(10_000);
        const { delivered, failed, coalesced, dropped, retried, dead } = bus.stats();
        return { log, failures, delivered, failed, coalesced, dropped, retried, dead };
      }));
      assert.deepEqual(late, stopped, name);
      assert.isNotEmpty(late.log, name);
    }
  });

  test('D10 debounce: the last event once none has come for a while', async () => {
    const { bus, clock } = await start(), got = [];
    bus.subscribe('input', (data) => got.push([clock.now(), data]), { debounce: 100 });
    for (const data of ['a', 'ab', 'abc']) {
      bus.publish('input', data);
      clock.advance(60);
    }
    assert.deepEqual(got, []);
    clock.advance(1000);
    bus.publish('input', 'b');
    clock.advance(1000);
    assert.deepEqual(got, [[220, 'abc'], [1280, 'b']]);
    assert.equal(bus.stats().coalesced, 2);
  });

  test('D10 throttle: the first event at once, then the last of each interval', async () => {
    const { bus, clock } = await start(), got = [];
    bus.subscribe('scroll', (data) => got.push([clock.now(), data]), { throttle: 100 });
    for (let i = 0; i < 6; i++) {
      bus.publish('scroll', i);
      clock.advance(40);
    }
    clock.advance(1000);
    bus.publish('scroll', 'again');
    assert.deepEqual(got, [[0, 0], [100, 2], [200, 4], [300, 5], [1240, 'again']]);
  });

  test('D10 throttle and debounce by key', async () => {
    const { bus, clock } = await start(), got = [];
    bus.subscribe('a', ({ of, n }) => got.push(`${of}${n}`), { debounce: 10, coalesce: ({ of }) => of });
    publish(bus, 'a', { of: 'x', n: 1 }, { of: 'y', n: 1 }, { of: 'x', n: 2 });
    clock.advance(10);
    assert.deepEqual(got.sort(), ['x2', 'y1']);
  });

  test('D10 queues tell that they fill up, and that they have room again', async () => {
    const { bus } = await start(), one = gated(), told = [];
    bus.subscribe('$bus.pressure', ({ subscription, waiting, limit, high }) => told.push([subscription, waiting, limit, high]));
    bus.subscribe('a', one.handler, { concurrency: 1, name: 'one', overflow: { limit: 4, policy: 'error' } });
    assert.equal(bus.pressure('a'), 0);
    publish(bus, 'a', 0, 1, 2);
    assert.equal(bus.pressure('a'), 0.5);
    assert.deepEqual(told, []);
    publish(bus, 'a', 3);
    assert.deepEqual(told, [['one', 3, 4, true]]);
    await one.next();
    await one.next();
    assert.deepEqual(told.slice(1), [['one', 1, 4, false]]);
  });

  test('D10 a slow subscriber is reported once, by name and with the age of its oldest event', async () => {
    const { bus, clock } = await start(), one = gated(), slow = [];
    bus.subscribe('$bus.slow', ({ subscription, waiting, oldest }) => slow.push([subscription, waiting, oldest]));
    bus.subscribe('a', one.handler, { concurrency: 1, name: 'lame' });
    publish(bus, 'a', 0, 1, 2);
    await clock.advanceAsync(4000);
    assert.equal(bus.subscriptions().find(({ name }) => name === 'lame').oldest, 4000);
    await clock.advanceAsync(20_000);
    assert.deepEqual(slow, [['lame', 2, 5000]]);
  });

  test('D10 iterators: dedupe, debounce and coalescing are theirs too', async () => {
    const { bus, clock, before } = await start();
    const read = async (iterator, n) => Array.from({ length: n }, () => 0).reduce(async (all) => [...await all, (await iterator.next()).value.data], Promise.resolve([]));
    const deduped = bus.events('a', { dedupe: {} }), late = bus.events('a', { debounce: 10 }), merged = bus.events('a', { coalesce: (data) => String(data % 2) });
    for (const n of [1, 2, 3, 4]) bus.publish('a', n, { id: String(n % 3) });
    clock.advance(10);
    assert.deepEqual(await read(deduped, 3), [1, 2, 3]);
    assert.deepEqual(await read(late, 1), [4]);
    assert.deepEqual(await read(merged, 2), [3, 4]);
    for (const iterator of [deduped, late, merged]) await iterator.return();
    assert.equal(bus.stats().subscriptions, before);
  });

  test('D10 iterators: the key of an event is asked for once, and forgotten when it is taken or dropped', async () => {
    const { bus } = await start();
    for (const [policy, got] of [['drop-oldest', [2, 9, 5]], ['latest', [9, 5]], ['drop-newest', [5, 1, 2]]]) {
      const events = bus.events('a', { overflow: { limit: 3, policy }, coalesce: (n) => String(n % 5) });
      for (const n of [0, 1, 2, 4, 9, 5]) bus.publish('a', n); // full with 4
      for (const n of got) assert.equal((await events.next()).value.data, n, policy);
      await events.return();
    }
    const before = bus.stats().coalesced;
    let asked = 0;
    const events = bus.events('b', { coalesce: (n) => { asked++; return String(n % 1000); } });
    for (let n = 0; n < 3000; n++) bus.publish('b', n);
    assert.equal(asked, 3000);
    for (let n = 0; n < 1000; n++) assert.equal((await events.next()).value.data, 2000 + n);
    bus.publish('b', 5);
    bus.publish('b', 1005);
    assert.equal((await events.next()).value.data, 1005);
    assert.equal(bus.stats().coalesced - before, 2001);
    await events.return();
  });

  test('D12 a subscription with policies ends at once: what waits is not handled, and handlers that run are told', async () => {
    const { bus, clock, before } = await start(), one = gated(), aborted = [];
    const off = bus.subscribe('a', one.handler, { concurrency: 1 });
    const timed = bus.subscribe('a', (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => aborted.push(signal.reason.name))), { timeout: 100 });
    publish(bus, 'a', 1, 2);
    off();
    timed();
    await one.next();
    await clock.advanceAsync(1000);
    assert.deepEqual([one.calls, aborted], [[1], ['AbortError', 'AbortError']]);
    assert.equal(bus.stats().subscriptions, before);
  });

  test('once with policies: one event, as many attempts as it takes', async () => {
    const { bus, clock, before } = await start(), got = [];
    bus.subscribe('a', (data) => { got.push(data); if (got.length < 3) throw new Error('no'); }, { once: true, retry: { backoff: { initial: 10 } } });
    publish(bus, 'a', 1, 2);
    await clock.advanceAsync(1000);
    assert.deepEqual(got, [1, 1, 1]);
    assert.equal(bus.stats().subscriptions, before);
  });

  test('a handler that publishes in its second attempt: the event knows its cause', async () => {
    const { bus, clock } = await start(), seen = [];
    let attempts = 0;
    bus.subscribe('a', () => { if (++attempts < 2) throw new Error('no'); bus.publish('b'); }, { retry: { backoff: { initial: 10 } } });
    bus.subscribe('>', (_, { topic, id, causationId, correlationId }) => seen.push([topic, id, causationId, correlationId]));
    bus.publish('a', {}, { id: 'first' });
    bus.subscribe('b', () => {});
    await clock.advanceAsync(1000);
    assert.deepEqual(seen.map(([topic, , cause, root]) => [topic, cause, root]), [['a', undefined, 'first'], ['b', 'first', 'first']]);
  });

  test('options that do not go together are typed errors, which say what was given', async () => {
    const { bus, before } = await start();
    for (const options of [{ overflow: { limit: 3 } }, { coalesce: true }, { debounce: 5, throttle: 5 }, { concurrency: 0 }, { queue: '' }, { throttle: -1 }, { overflow: { policy: 'block' }, concurrency: 1 }]) {
      assert.throws(() => bus.subscribe('a', () => {}, options), Error);
      try { bus.subscribe('a', () => {}, options); } catch (error) { assert.equal(error.code, 'TB_OPTION'); }
    }
    for (const [options, says] of [
      [{ coalesce: true }, 'coalesce: expected concurrency, debounce, throttle or frame with it, got true'], [{ coalesce: () => '' }, /coalesce: .* got a function$/],
      [{ overflow: { limit: 3 } }, /overflow: .* with it, got an object$/], [{ debounce: 5, throttle: 6 }, 'throttle: expected no debounce with it, got 6'], [{ throttle: 6, frame: true }, 'frame: expected no throttle with it, got true'],
      [{ dedupe: { store: { getItem() {}, setItem() {}, removeItem() {}, key() {} } } }, 'dedupe.store: expected a name with it, got an object'], [{ replay: 2, queue: 'q' }, 'replay: expected no queue with it, got 2'],
    ]) {
      try {
        bus.subscribe('a', () => {}, options);
        assert.fail('accepted');
      } catch ({ code, message }) {
        assert.equal(code, 'TB_OPTION', message);
        if (typeof says === 'string') assert.equal(message, `subscribe option ${says}`);
        else assert.match(message, says);
      }
    }
    assert.equal(bus.stats().subscriptions, before);
  });
}
