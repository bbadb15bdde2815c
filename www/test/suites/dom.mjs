import { until } from './contract.mjs';

// What needs a document.
export function dom(test, assert, make) {
  const add = (html, parent = document.body) => {
    const element = document.createElement('div');
    element.dataset.kind = html;
    parent.append(element);
    return element;
  };
  const scripts = (bus) => bus.subscriptions().filter(({ side }) => side === 'script').length;

  test("coalesce: 'frame' does not wait for a page that is hidden before it paints", async () => {
    const bus = await make(), target = new EventTarget(), got = [], { requestAnimationFrame, setTimeout } = globalThis;
    let state = 'visible';
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    globalThis.requestAnimationFrame = () => 1;
    globalThis.setTimeout = () => 1;
    const end = bus.bridge(target, { from: { move: { topic: 'moved', coalesce: 'frame' } } });
    try {
      bus.subscribe('moved', (x) => got.push(x));
      for (const detail of [1, 2, 3]) target.dispatchEvent(new CustomEvent('move', { detail }));
      assert.deepEqual(got, []);
      state = 'hidden';
      document.dispatchEvent(new Event('visibilitychange'));
      assert.deepEqual(got, [3]);
      target.dispatchEvent(new CustomEvent('move', { detail: 4 }));
      assert.deepEqual(got, [3, 4], 'hidden it paints nothing');
    } finally {
      end();
      Object.assign(globalThis, { requestAnimationFrame, setTimeout });
      delete document.visibilityState;
    }
  });

  test('D12 a subscription ends with the removal of the element that owns it', async () => {
    const bus = await make(), seen = [], owner = add('owner'), base = scripts(bus);
    bus.subscribe('a', (data) => seen.push(data), { owner });
    bus.publish('a', 1);
    owner.remove();
    bus.publish('a', 2); // before any observer was called
    assert.deepEqual(seen, [1]);
    await until(() => scripts(bus) === base);
    document.body.append(owner);
    bus.publish('a', 3);
    assert.deepEqual(seen, [1]);
    owner.remove();
  });

  test('D12 an owner that is moved, or that is not in the document yet, keeps its subscriptions', async () => {
    const bus = await make(), seen = [], moved = add('moved'), later = document.createElement('div');
    bus.subscribe('a', (data) => seen.push(`moved ${data}`), { owner: moved });
    bus.subscribe('a', (data) => seen.push(`later ${data}`), { owner: later });
    document.body.prepend(moved);
    await Promise.resolve();
    bus.publish('a', 1);
    assert.deepEqual(seen.splice(0), ['moved 1', 'later 1']);
    document.body.append(later);
    await Promise.resolve();
    const base = scripts(bus);
    later.remove();
    moved.remove();
    await until(() => scripts(bus) === base - 2);
    bus.publish('a', 2);
    assert.deepEqual(seen, []);
  });

  test('D12 an owner in a shadow tree ends with its removal and with that of the host', async () => {
    const bus = await make(), host = add('host'), base = scripts(bus);
    const root = host.attachShadow({ mode: 'open' });
    const [one, two] = [add('one', root), add('two', root)];
    bus.subscribe('a', () => {}, { owner: one });
    bus.subscribe('a', () => {}, { owner: two });
    one.remove();
    await until(() => scripts(bus) === base + 1);
    host.remove();
    await until(() => scripts(bus) === base);
  });

  test('D9 the work of a member whose owner is removed goes to another one of its group', async () => {
    const bus = await make(), seen = [], owner = add('owner');
    let end;
    bus.subscribe('a', (data) => {
      seen.push(`owned ${data}`);
      return new Promise((resolve) => { end = resolve; });
    }, { owner, queue: 'g', concurrency: 1 });
    bus.publish('a', 1);
    bus.publish('a', 2);
    bus.publish('a', 3);
    await bus.ready;
    await until(() => seen.length > 0);
    assert.deepEqual(seen, ['owned 1']);
    bus.subscribe('a', (data) => void seen.push(`other ${data}`), { queue: 'g', concurrency: 1 });
    owner.remove();
    bus.publish('a', 4); // before any observer was called
    await until(() => seen.length === 4);
    assert.sameMembers(seen, ['owned 1', 'other 2', 'other 3', 'other 4']);
    end();
    assert.equal(bus.stats().dropped, 0);
    bus.publish('a', 5);
    await until(() => seen.length === 5);
    assert.equal(seen[4], 'other 5');
  });

  test('D12 1,000 owners that come and go leave nothing behind', async () => {
    const bus = await make(), base = scripts(bus), list = add('list');
    for (let i = 0; i < 1000; i++) bus.subscribe(`row.${i}`, () => {}, { owner: add('row', list) });
    list.replaceChildren();
    await until(() => scripts(bus) === base);
    list.remove();
  });

  test('bridge: ends with its element', async () => {
    const bus = await make(), seen = [], button = document.createElement('button');
    document.body.append(button);
    bus.subscribe('ui.click', () => seen.push('click'));
    const base = scripts(bus);
    bus.bridge(button, { from: { click: 'ui.click' }, to: { 'a.>': true } });
    button.click();
    button.remove();
    await until(() => scripts(bus) === base);
    button.click();
    assert.deepEqual(seen, ['click']);
  });

  test('bridge: events bubble and are composed, so that one listener above gets them', async () => {
    const bus = await make(), outer = add('outer'), host = add('host', outer), seen = [];
    const inner = add('inner', host.attachShadow({ mode: 'open' }));
    outer.addEventListener('cart:placed', ({ detail }) => seen.push(detail));
    const off = bus.bridge(inner, { to: { 'cart.placed': true } });
    bus.publish('cart.placed', 1);
    off();
    outer.remove();
    assert.deepEqual(seen, [1]);
  });

  test('bridge: form data by a payload function, and the default can be prevented', async () => {
    const bus = await make(), form = document.createElement('form'), input = document.createElement('input'), seen = [];
    input.name = 'city';
    input.value = 'Oslo';
    form.append(input);
    document.body.append(form);
    bus.subscribe('form.sent', (data) => seen.push(data));
    bus.bridge(form, { from: { submit: { topic: 'form.sent', payload: (event) => { event.preventDefault(); return Object.fromEntries(new FormData(event.currentTarget)); } } } });
    form.requestSubmit();
    form.remove();
    assert.deepEqual(seen, [{ city: 'Oslo' }]);
  });

  test('bridge: coalesced events are published once a frame, the last of them', async () => {
    const bus = await make(), area = add('area'), seen = [];
    bus.subscribe('ui.move', (data) => seen.push(data));
    bus.bridge(area, { from: { pointermove: { topic: 'ui.move', payload: ({ clientX }) => clientX, coalesce: 'frame', passive: true } } });
    for (let x = 1; x <= 50; x++) area.dispatchEvent(new PointerEvent('pointermove', { clientX: x }));
    assert.deepEqual(seen, []);
    await until(() => seen.length > 0);
    assert.deepEqual(seen, [50]);
    area.remove();
  });

  test('D4 reportError makes a failure that nobody handles an error event of the page', async () => {
    const bus = await make(), errors = [];
    const listen = (event) => { errors.push(event.error.cause.message); event.preventDefault(); event.stopImmediatePropagation(); };
    addEventListener('error', listen, { capture: true });
    bus.subscribe('a', () => { throw new Error('for the page'); });
    bus.publish('a');
    removeEventListener('error', listen, { capture: true });
    assert.deepEqual(errors, ['for the page']);
  });
}
