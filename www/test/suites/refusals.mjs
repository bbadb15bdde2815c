/** What calls refuse, before anything of it is done, and what is just within the bounds. `make` gives a bus with Go up. */
export function refusals(test, assert, make, { virtualClock, settled }) {
  const DAYS = 30 * 24 * 3_600_000;
  const codeOf = (call) => {
    try {
      call();
      return 'accepted';
    } catch (error) {
      return error.code;
    }
  };

  test('D7 which dead letters are meant has to be said: nothing does not mean all', async () => {
    const bus = await make(), calls = [];
    bus.subscribe('a', (data) => { calls.push(data); throw new Error('no'); }, { retry: { attempts: 1 } });
    bus.publish('a', 1);
    const [{ id }] = bus.deadLetters();
    for (const member of ['redrive', 'discard']) {
      for (const wrong of [undefined, null, 7, NaN, true, {}, [], [id], () => id, Symbol('s'), 1n]) assert.equal(codeOf(() => bus[member](wrong)), 'TB_OPTION', member);
      for (const wrong of ['', ' ', 'a..b', '\ud800', 'x'.repeat(300)]) assert.equal(codeOf(() => bus[member](wrong)), 'TB_TOPIC', member);
    }
    for (const wrong of [null, 7, true, {}, [], () => {}, Symbol('s'), 1n, ' ', 'a..b', '\ud800']) assert.equal(codeOf(() => bus.deadLetters(wrong)), 'TB_TOPIC');
    for (const wrong of [undefined, null, 7, {}, '', '*', '>', '\ud800']) assert.equal(codeOf(() => bus.pressure(wrong)), 'TB_TOPIC');
    await settled();
    assert.deepEqual([calls, bus.deadLetters().map((letter) => letter.id), bus.stats().restarts], [[1], [id], 0]);
    assert.equal(bus.discard(id), 1);
  });

  test('what only looks like a signal is refused, and nothing is subscribed or asked', async () => {
    const bus = await make(), before = bus.subscriptions().length, heard = [];
    for (const fake of [
      { aborted: false, addEventListener() {}, removeEventListener() {} }, { aborted: true }, Object.create(AbortSignal.prototype), new EventTarget(), 'signal', null, new AbortController(),
    ]) {
      for (const call of [
        () => bus.subscribe('a', (data) => heard.push(data), { signal: fake }), () => bus.subscribe('a', (data) => heard.push(data), { signal: fake, retry: {} }), () => bus.subscribe('a', (data) => heard.push(data), { signal: fake, timeout: 5 }),
        () => bus.events('a', { signal: fake }), () => bus.respond('a', () => heard.push('asked'), { signal: fake }), () => bus.bridge(new EventTarget(), { to: { a: true } }, { signal: fake }),
      ]) assert.equal(codeOf(call), 'TB_OPTION');
      assert.equal((await bus.request('a', 1, { signal: fake }).catch((error) => error)).code, 'TB_OPTION');
    }
    bus.publish('a', 1);
    assert.deepEqual([heard, bus.subscriptions().length], [[], before]);
  });

  test('durations may be longer than the timers of the page', async () => {
    const clock = virtualClock(), failed = [], got = [], bus = await make({ clock, onError: ({ error }) => { failed.push(error.code); } });
    bus.subscribe('a', () => { got.push('debounced'); }, { debounce: DAYS });
    bus.subscribe('a', () => new Promise(() => {}), { timeout: DAYS });
    let broken = true;
    bus.subscribe('a', () => {
      if (!broken) return void got.push('retried');
      broken = false;
      throw new Error('once');
    }, { retry: { backoff: { initial: DAYS, max: DAYS, jitter: false } } });
    bus.topic('a', { history: { age: DAYS } });
    bus.publish('a');
    bus.respond('ask', () => new Promise(() => {}));
    bus.request('ask', 1, { timeout: DAYS }).catch((error) => { failed.push(`asked: ${error.code}`); });
    await clock.advanceAsync(DAYS - 1);
    assert.deepEqual([got, failed], [[], []]);
    await clock.advanceAsync(1);
    assert.deepEqual([got.sort(), failed.sort()], [['debounced', 'retried'], ['TB_TIMEOUT', 'asked: TB_TIMEOUT']]);
  });

  test('the types, topics and patterns of a bridge are checked before it is made', async () => {
    const bus = await make(), target = new EventTarget(), got = [];
    bus.subscribe('ui.>', (_data, { topic }) => { got.push(topic); });
    const types = [' ', 'two words', '__proto__', 'constructor', 'x'.repeat(1000), '*', '$', 'a..b', '\u{1f600}'];
    const off = bus.bridge(target, { from: Object.fromEntries(types.map((type, i) => [type, `ui.t${i}`])) });
    for (const type of types) target.dispatchEvent(new Event(type));
    assert.deepEqual(got, types.map((_type, i) => `ui.t${i}`));
    off();
    for (const type of ['', '\ud800']) assert.equal(codeOf(() => bus.bridge(target, { from: { good: 'ui.good', [type]: 'ui.x' } })), 'TB_OPTION');
    for (const name of ['', ' ', 'a..b', '\ud800', 'x'.repeat(300), '*', '$bus.error']) assert.equal(codeOf(() => bus.bridge(target, { from: { good: 'ui.good', wrong: name } })), 'TB_TOPIC');
    for (const name of ['', ' ', 'a..b', '\ud800', 'x'.repeat(300), '>.a']) assert.equal(codeOf(() => bus.bridge(target, { from: { good: 'ui.good' }, to: { [name]: true } })), 'TB_TOPIC');
    for (const type of ['', '\ud800', 'x'.repeat(70_000), 7, null, Symbol('s')]) assert.equal(codeOf(() => bus.bridge(target, { from: { good: 'ui.good' }, to: { a: type } })), 'TB_OPTION');
    got.length = 0;
    target.dispatchEvent(new Event('good'));
    assert.deepEqual(got, []);
    bus.publish('a');
  });
}
