// bus.target and bus.bridge.
export function target(test, assert, make, { OptionError, TopicError }) {
  test('target: topics are event types, both ways', async () => {
    const bus = await make(), seen = [];
    bus.target.addEventListener('a.b', (event) => seen.push(['dom', event.type, event.detail, event.target === bus.target, event instanceof CustomEvent]));
    bus.subscribe('a.*', (data, event) => seen.push(['bus', event.topic, data]));
    bus.publish('a.b', 1);
    assert.isTrue(bus.target.dispatchEvent(new CustomEvent('a.b', { detail: 2 })));
    assert.deepEqual(seen, [['dom', 'a.b', 1, true, true], ['bus', 'a.b', 1], ['dom', 'a.b', 2, true, true], ['bus', 'a.b', 2]]);
    assert.instanceOf(bus.target, EventTarget);
  });

  test('target: dispatchEvent delivers depth-first and returns whether it was not cancelled', async () => {
    const bus = await make(), seen = [];
    bus.target.addEventListener('check', (event) => { seen.push('check'); event.preventDefault(); });
    bus.subscribe('a', () => {
      bus.publish('later');
      seen.push(bus.target.dispatchEvent(new CustomEvent('check', { cancelable: true })));
      seen.push(bus.target.dispatchEvent(new CustomEvent('check')));
    });
    bus.subscribe('a', () => seen.push('second'));
    bus.subscribe('later', () => seen.push('later'));
    bus.publish('a');
    assert.deepEqual(seen, ['check', false, 'check', true, 'second', 'later']);
  });

  test('D5 target: endless dispatch is cut with an error that names the topics', async () => {
    const failures = [];
    const bus = await make({ onError: ({ error }) => failures.push(error) });
    let depth = 0;
    bus.target.addEventListener('loop', () => { depth++; bus.target.dispatchEvent(new Event('loop')); });
    bus.target.dispatchEvent(new Event('loop'));
    assert.isAtLeast(depth, 32);
    assert.equal(failures.length, 1);
    assert.equal(failures[0].code, 'TB_RECURSION');
    assert.include(failures[0].topics, 'loop');
    const seen = [];
    bus.subscribe('other', () => seen.push('alive'));
    bus.publish('other');
    assert.deepEqual(seen, ['alive']);
  });

  test('target: a dispatched event is the very object that listeners get', async () => {
    const bus = await make(), event = new Event('a', { cancelable: true });
    let got;
    bus.target.addEventListener('a', (e) => { got = e; });
    bus.target.dispatchEvent(event);
    assert.strictEqual(got, event);
    assert.strictEqual(event.target, bus.target);
  });

  test('target: once, signal, handleEvent and duplicates as in the DOM', async () => {
    const bus = await make(), seen = [], controller = new AbortController();
    const handler = { handleEvent(event) { seen.push(['object', this === handler, event.type]); } };
    const twice = () => seen.push('twice');
    bus.target.addEventListener('a', () => seen.push('once'), { once: true });
    bus.target.addEventListener('a', () => seen.push('signal'), { signal: controller.signal });
    bus.target.addEventListener('a', handler);
    bus.target.addEventListener('a', twice);
    bus.target.addEventListener('a', twice);
    bus.target.addEventListener('a', null);
    bus.publish('a');
    assert.deepEqual(seen.splice(0), ['once', 'signal', ['object', true, 'a'], 'twice']);
    controller.abort();
    bus.target.removeEventListener('a', twice);
    bus.publish('a');
    assert.deepEqual(seen.splice(0), [['object', true, 'a']]);
    bus.target.removeEventListener('a', handler);
    assert.equal(bus.subscriptions().filter(({ name }) => name === 'bus.target').length, 0);
  });

  // Node's EventTarget has no passive listeners.
  if (typeof document === 'object') test('target: passive listeners cannot cancel', async () => {
    const bus = await make();
    bus.target.addEventListener('a', (event) => event.preventDefault(), { passive: true });
    assert.isTrue(bus.target.dispatchEvent(new Event('a', { cancelable: true })));
  });

  test('target: options are read as Web IDL has it', async () => {
    const bus = await make(), seen = [], listener = ({ eventPhase }) => seen.push(eventPhase);
    const once = Object.assign(() => {}, { once: true });
    for (const [add, remove] of [[null, undefined], [undefined, null], [{}, false], [{ capture: null }, {}], [{ capture: 1 }, true], ['yes', { capture: true }]]) {
      bus.target.addEventListener('a', listener, add);
      bus.target.removeEventListener('a', listener, remove);
      bus.publish('a');
      assert.deepEqual(seen, [], JSON.stringify([add, remove]));
    }
    bus.target.addEventListener('a', listener, once);
    bus.target.removeEventListener('a', listener, true);
    bus.publish('a');
    bus.publish('a');
    assert.deepEqual(seen, [Event.AT_TARGET]);
    assert.equal(bus.subscriptions().filter(({ name }) => name === 'bus.target').length, 0);
  });

  test('target: what is no signal, no listener or no type is refused, and nothing is left of it', async () => {
    const bus = await make();
    for (const signal of [null, 1, 'x', {}]) assert.throws(() => bus.target.addEventListener('a', () => {}, { signal }), TypeError);
    assert.throws(() => bus.target.addEventListener(Symbol('a'), () => {}), TypeError);
    assert.throws(() => bus.target.removeEventListener(Symbol('a'), () => {}), TypeError);
    if (typeof document === 'object') assert.throws(() => bus.target.addEventListener('a', 1), TypeError); // Node warns
    assert.equal(bus.subscriptions().filter(({ name }) => name === 'bus.target').length, 0);
  });

  // In Node the listener's removal waits for its turn among the listeners of the abort.
  if (typeof document === 'object') test('target: an abort takes the listener out before anybody hears of it', async () => {
    const bus = await make(), controller = new AbortController(), seen = [];
    controller.signal.addEventListener('abort', () => bus.target.dispatchEvent(new Event('a')));
    bus.target.addEventListener('a', () => seen.push('called'), { signal: controller.signal });
    bus.target.addEventListener('a', () => seen.push('other'));
    controller.abort();
    assert.deepEqual(seen, ['other']);
    bus.target.addEventListener('b', () => seen.push('never'), { signal: controller.signal });
    bus.target.dispatchEvent(new Event('b'));
    assert.deepEqual(seen, ['other']);
  });

  test('target: an event can be dispatched again, after another target too', async () => {
    const bus = await make(), event = new Event('a', { cancelable: true }), seen = [], topics = [];
    new EventTarget().dispatchEvent(event);
    assert.isTrue(bus.target.dispatchEvent(event));
    assert.strictEqual(event.target, bus.target);
    bus.target.addEventListener('a', (event) => {
      seen.push([event.eventPhase, event.currentTarget === bus.target]);
      event.preventDefault();
    });
    bus.subscribe('a', (_, { topic }) => topics.push(topic));
    for (let i = 0; i < 2; i++) assert.isFalse(bus.target.dispatchEvent(event));
    assert.deepEqual([seen, topics], [[[2, true], [2, true]], ['a', 'a']]);
    assert.deepEqual([event.eventPhase, event.currentTarget], [0, null]);
  });

  test('target: a listener removed during dispatch is not called, one added is not either', async () => {
    const bus = await make(), seen = [];
    const second = () => seen.push('second');
    bus.target.addEventListener('a', () => {
      bus.target.removeEventListener('a', second);
      bus.target.addEventListener('a', () => seen.push('added'));
    }, { once: true });
    bus.target.addEventListener('a', second);
    bus.publish('a');
    assert.deepEqual(seen, []);
    bus.publish('a');
    assert.deepEqual(seen, ['added']);
  });

  test('target: stopImmediatePropagation stops its listeners, not the bus', async () => {
    const bus = await make(), seen = [];
    bus.target.addEventListener('a', (event) => { seen.push(1); event.stopImmediatePropagation(); });
    bus.target.addEventListener('a', () => seen.push(2));
    bus.subscribe('a', () => seen.push('bus'));
    bus.publish('a');
    assert.deepEqual(seen, [1, 'bus']);
  });

  test('target: a throwing listener stops no other and is reported', async () => {
    const failures = [], seen = [];
    const bus = await make({ onError: ({ error, pattern }) => failures.push([error.message, pattern]) });
    bus.target.addEventListener('a', () => { throw new Error('x'); });
    bus.target.addEventListener('a', () => seen.push('second'));
    assert.isTrue(bus.target.dispatchEvent(new Event('a')));
    assert.deepEqual([seen, failures], [['second'], [['x', 'a']]]);
  });

  test('target: types that are no topics are events of the target alone', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('>', () => seen.push('bus'));
    for (const type of ['', 'two words', 'a..b', '*']) {
      bus.target.addEventListener(type, () => seen.push(type));
      bus.target.dispatchEvent(new Event(type));
    }
    assert.deepEqual(seen, ['', 'two words', 'a..b', '*']);
  });

  test('target: an event that is being dispatched, or none, is refused as in the DOM', async () => {
    const bus = await make();
    let inner;
    bus.target.addEventListener('a', (event) => {
      try { bus.target.dispatchEvent(event); } catch (error) { inner = error.name; }
    });
    bus.target.dispatchEvent(new Event('a'));
    assert.equal(inner, typeof document === 'object' ? 'InvalidStateError' : 'Error'); // Node's has a code of its own
    assert.throws(() => bus.target.dispatchEvent({ type: 'a' }), TypeError);
  });

  test('bridge: DOM events become topics, topics become DOM events named with colons', async () => {
    const bus = await make(), element = new EventTarget(), seen = [], dom = [];
    bus.subscribe('>', (data, { topic }) => seen.push([topic, data instanceof Event ? data.type : data]));
    const off = bus.bridge(element, {
      from: { click: 'ui.click', custom: 'ui.custom', pay: { topic: 'ui.pay', payload: (event) => event.detail.amount }, skip: { topic: 'ui.skip', payload: () => undefined } },
      to: { 'cart.>': true, 'stock.low': 'low-stock', 'stock.no': false },
    });
    for (const type of ['cart:placed', 'cart:eu:done', 'low-stock', 'stock:no']) element.addEventListener(type, ({ detail, bubbles, composed }) => dom.push([type, detail, bubbles, composed]));
    element.dispatchEvent(new Event('click'));
    element.dispatchEvent(new CustomEvent('custom', { detail: { x: 1 } }));
    element.dispatchEvent(new CustomEvent('pay', { detail: { amount: 5 } }));
    element.dispatchEvent(new Event('skip'));
    assert.deepEqual(seen.splice(0), [['ui.click', 'click'], ['ui.custom', { x: 1 }], ['ui.pay', 5]]);
    bus.publish('cart.placed', 1);
    bus.publish('cart.eu.done', 2);
    bus.publish('stock.low', 3);
    bus.publish('stock.no', 4);
    assert.deepEqual(dom.splice(0), [['cart:placed', 1, true, true], ['cart:eu:done', 2, true, true], ['low-stock', 3, true, true]]);
    seen.length = 0;
    off();
    off();
    element.dispatchEvent(new Event('click'));
    bus.publish('cart.placed', 1);
    assert.deepEqual([seen, dom], [[['cart.placed', 1]], []]);
  });

  test('bridge: a target that is called a port is none', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('told', (data) => seen.push(data));
    for (const start of [undefined, () => { throw new Error('started'); }]) {
      const target = Object.assign(new (class extends EventTarget { get [Symbol.toStringTag]() { return 'MessagePort'; } })(), { start });
      bus.bridge(target, { from: { message: 'told' } });
      target.dispatchEvent(new CustomEvent('message', { detail: 1 }));
    }
    assert.deepEqual(seen, [1, 1]);
  });

  test('bridge: never echoes its own', async () => {
    const bus = await make(), one = new EventTarget(), two = new EventTarget(), log = [];
    const map = { from: { 'chat:said': 'chat.said' }, to: { 'chat.>': true } };
    bus.bridge(one, map);
    bus.bridge(two, map);
    bus.subscribe('chat.said', (data) => log.push(`bus ${data}`));
    one.addEventListener('chat:said', ({ detail }) => log.push(`one ${detail}`));
    two.addEventListener('chat:said', ({ detail }) => log.push(`two ${detail}`));
    one.dispatchEvent(new CustomEvent('chat:said', { detail: 'hi' }));
    assert.deepEqual(log.splice(0).sort(), ['bus hi', 'one hi', 'two hi']);
    bus.publish('chat.said', 'all');
    assert.deepEqual(log.sort(), ['bus all', 'one all', 'two all']);
  });

  test('bridge: ends with its signal, and a failing payload function is reported', async () => {
    const failures = [], seen = [];
    const bus = await make({ onError: ({ error }) => failures.push(error.message) });
    const element = new EventTarget(), controller = new AbortController();
    bus.bridge(element, { from: { a: 'ui.a', b: { topic: 'ui.b', payload: () => { throw new Error('payload'); } } } }, { signal: controller.signal });
    bus.subscribe('ui.*', (_, { topic }) => seen.push(topic));
    element.dispatchEvent(new Event('a'));
    element.dispatchEvent(new Event('b'));
    controller.abort();
    element.dispatchEvent(new Event('a'));
    assert.deepEqual([seen, failures], [['ui.a'], ['payload']]);
  });

  test('D4 a failure of what the DOM calls has the event that it failed with', async () => {
    const failures = [];
    const bus = await make({ onError: ({ topic, pattern, event, error }) => failures.push([topic, pattern, event.id, event.data, error.code ?? error.message]) });
    bus.topic('order.paid', { schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => value > 0 ? { value } : { issues: [{ message: 'too small' }] } } } });
    const element = new EventTarget();
    bus.bridge(element, { from: {
      pay: { topic: 'order.paid', payload: ({ type }) => { if (type === 'pay') return -1; } },
      buy: { topic: 'order.placed', payload: () => { throw new Error('payload'); } },
    } });
    // The DOM calls the second listener for an event of its own meanwhile.
    bus.target.addEventListener('ui.a', () => { bus.target.dispatchEvent(new CustomEvent('ui.b', { detail: 2 })); throw new Error('first'); });
    bus.target.addEventListener('ui.b', () => { throw new Error('second'); });
    bus.publish('ui.a', { order: 7 }, { id: 'A-7' });
    element.dispatchEvent(new Event('pay'));
    element.dispatchEvent(new Event('buy'));
    const [second, first, refused, unmade] = failures;
    assert.equal(failures.length, 4);
    assert.deepEqual(first, ['ui.a', 'ui.a', 'A-7', { order: 7 }, 'first']);
    assert.deepEqual([second[0], second[3], second[4]], ['ui.b', 2, 'second']);
    assert.deepEqual([refused[0], refused[1], refused[3], refused[4]], ['order.paid', 'pay', -1, 'TB_SCHEMA']);
    assert.deepEqual([unmade[0], unmade[1], unmade[3], unmade[4]], ['order.placed', 'buy', undefined, 'payload']);
  });

  test('bridge: wrong maps are typed errors, and nothing is joined by half', async () => {
    const bus = await make(), element = new EventTarget();
    const wrong = (map, type) => assert.throws(() => bus.bridge(element, map), type);
    wrong({ from: { click: 'ui.*' } }, TopicError);
    wrong({ from: { click: 7 } }, OptionError);
    wrong({ from: { ok: 'ui.ok', click: { topic: 'ui.click', payload: 'x' } } }, OptionError);
    wrong({ from: { click: { topic: 'ui.click', coalesce: 'hour' } } }, OptionError);
    wrong({ to: { 'a..b': true } }, TopicError);
    wrong({ to: { a: '' } }, OptionError);
    assert.throws(() => bus.bridge({}, {}), OptionError);
    const seen = [];
    bus.subscribe('ui.ok', () => seen.push(1));
    element.dispatchEvent(new Event('ok'));
    assert.deepEqual(seen, []);
  });
}
