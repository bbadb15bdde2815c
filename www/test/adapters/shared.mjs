// What every adapter promises. A driver mounts components with its framework:
// `show(bus, topic, options, count)`: so many components that show the last event in an <li> and count their renders;
// `listen(bus, topic, handler, options)`: one that uses the handler; both resolve to what `unmount`s them.
// `settle(act)` resolves when the framework has shown what `act` did.
export function shared(test, assert, make, { show, listen, settle }, console) {
  const texts = () => [...document.querySelectorAll('li')].map(({ textContent }) => textContent);
  const subscriptions = (bus) => bus.subscriptions().length;

  test('useLastEvent begins with the initial value and follows the topic', async () => {
    const bus = make();
    const shown = await show(bus, 'a', { initial: 'none' });
    assert.deepEqual(texts(), ['none']);
    await settle(() => bus.publish('a', 'one'));
    assert.deepEqual(texts(), ['one']);
    await settle(() => { bus.publish('a', 'two'); bus.publish('b', 'other'); });
    assert.deepEqual(texts(), ['two']);
    await shown.unmount();
    assert.equal(subscriptions(bus), 0);
  });

  test('useLastEvent begins with the retained event, at the first render', async () => {
    const bus = make();
    bus.topic('kept', { retain: true }).publish({ n: 7 });
    const shown = await show(bus, 'kept', { initial: 'none', selector: ({ n }) => n });
    assert.deepEqual(texts(), ['7']);
    assert.equal(shown.renders(), 1);
    await shown.unmount();
  });

  test('useLastEvent takes patterns, with what their topics keep', async () => {
    const bus = make();
    bus.topic('price.b', { retain: true }).publish(2);
    const shown = await show(bus, 'price.*', { initial: 0 });
    await settle(() => {});
    assert.deepEqual(texts(), ['2']);
    await settle(() => bus.publish('price.a', 3));
    assert.deepEqual(texts(), ['3']);
    await shown.unmount();
  });

  test('undefined, null, NaN and 0 are data like any other', async () => {
    const bus = make();
    const shown = await show(bus, 'a', { initial: 'none' });
    for (const data of [undefined, null, NaN, 0]) {
      await settle(() => bus.publish('a', data));
      assert.deepEqual(texts(), [String(data)]);
    }
    await shown.unmount();
  });

  test('100 components render for changed selections, and for nothing else', async () => {
    const bus = make();
    bus.topic('cart', { retain: true }).publish({ count: 0, total: 0 });
    const shown = await show(bus, 'cart', { selector: ({ count }) => count }, 100);
    assert.equal(shown.renders(), 100);
    for (let total = 1; total <= 50; total++) await settle(() => bus.publish('cart', { count: 0, total }));
    assert.equal(shown.renders(), 100, 'the selection is what it was');
    for (let count = 1; count <= 20; count++) await settle(() => bus.publish('cart', { count, total: 0 }));
    assert.equal(shown.renders(), 100 + 20 * 100);
    assert.deepEqual(texts(), Array(100).fill('20'));
    await settle(() => { for (let count = 0; count < 1000; count++) bus.publish('cart', { count, total: 0 }); });
    assert.deepEqual(texts(), Array(100).fill('999'));
    await shown.unmount();
  });

  test('a selector is asked once for each event and component', async () => {
    const bus = make();
    let asked = 0;
    const shown = await show(bus, 'a', { initial: 0, selector: (data) => { asked++; return data; } });
    await settle(() => { bus.publish('a', 1); });
    await settle(() => { bus.publish('a', 2); });
    assert.equal(asked, 2);
    await shown.unmount();
  });

  test('a thousand mounts leave no subscription behind', async () => {
    const bus = make(), seen = [];
    for (let i = 0; i < 500; i++) {
      const shown = await show(bus, 'a', {}), listening = await listen(bus, 'a', (data) => seen.push(data));
      await shown.unmount();
      await listening.unmount();
    }
    assert.equal(subscriptions(bus), 0);
    bus.publish('a', 1);
    assert.deepEqual(seen, []);
  });

  test('useEvent takes the options of subscribe', async () => {
    const bus = make(), seen = [];
    bus.topic('a', { history: 3 });
    for (const data of [1, 2, 3]) bus.publish('a', data);
    const listening = await listen(bus, 'a', (data) => seen.push(data), { replay: 2, filter: (data) => data !== 4, name: 'mine' });
    for (const data of [4, 5]) bus.publish('a', data);
    assert.deepEqual(seen.slice(-3), [2, 3, 5].slice(-3));
    assert.notInclude(seen, 1);
    assert.notInclude(seen, 4);
    assert.deepEqual(bus.subscriptions().map(({ name }) => name), ['mine']);
    await listening.unmount();
  });

  test('useEvent takes an object with handleEvent', async () => {
    const bus = make(), seen = [];
    const listening = await listen(bus, 'a', { seen, handleEvent(data, { topic }) { this.seen.push(topic, data); } });
    bus.publish('a', 1);
    assert.deepEqual(seen, ['a', 1]);
    await listening.unmount();
  });

  test('a handler that throws fails as any other, and the component stays', async () => {
    const failures = [];
    const bus = make({ onError: ({ error }) => failures.push(error.message) });
    const shown = await show(bus, 'a', { initial: 0 }), listening = await listen(bus, 'a', () => { throw new Error('mine'); });
    await settle(() => bus.publish('a', 1));
    assert.deepEqual(failures, ['mine']);
    assert.deepEqual(texts(), ['1']);
    await listening.unmount();
    await shown.unmount();
  });

  test('a bus that is closed under mounted components leaves them their last value, and is said once', async () => {
    const bus = make();
    const shown = await show(bus, 'a', { initial: 0 }, 2);
    await settle(() => bus.publish('a', 1));
    await settle(() => bus.close());
    assert.deepEqual(texts(), ['1', '1']);
    assert.deepEqual(console.errors, []);
    const late = await show(bus, 'a', { initial: 'late' }), listening = await listen(bus, 'a', () => {});
    assert.deepEqual(texts(), ['1', '1', 'late']);
    assert.lengthOf(console.errors, 1);
    assert.equal(console.errors[0][0].code, 'TB_CLOSED');
    console.errors.length = 0;
    for (const mounted of [late, listening, shown]) await mounted.unmount();
  });
}
