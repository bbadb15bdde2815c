import { until } from './contract.mjs';

// Windows of frames: their events, elements and signals are like those of this one.
export function realms(test, assert, make, start) {
  const frameIn = (parent) => {
    const frame = document.createElement('iframe');
    parent.append(frame);
    return frame;
  };

  test('an event of a frame reaches the subscribers of bus.target, with its detail', async () => {
    const bus = await make(), frame = frameIn(document.body), { contentWindow: other } = frame, seen = [];
    bus.subscribe('order.*', (data) => seen.push(data));
    bus.target.addEventListener('order.placed', (event) => { seen.push(event.type); event.preventDefault(); });
    assert.isFalse(bus.target.dispatchEvent(new other.CustomEvent('order.placed', { detail: { id: 1 }, cancelable: true })));
    assert.isTrue(bus.target.dispatchEvent(new other.Event('order.plain')));
    assert.deepEqual(seen, [{ id: 1 }, 'order.placed', undefined]);
    frame.remove();
  });

  test('a bridge has the detail of a CustomEvent of a frame, and ends with the frame', async () => {
    const bus = await make(), frame = frameIn(document.body), { contentWindow: other, contentDocument } = frame, seen = [];
    const element = contentDocument.createElement('div');
    contentDocument.body.append(element);
    bus.subscribe('ui.*', (data) => seen.push(data));
    bus.bridge(element, { from: { pay: 'ui.pay', click: 'ui.click' } });
    element.dispatchEvent(new other.CustomEvent('pay', { detail: 5 }));
    const click = new other.MouseEvent('click');
    element.dispatchEvent(click);
    assert.deepEqual(seen, [5, click]);
    frame.remove();
    await until(() => bus.stats().subscriptions === 1);
    element.dispatchEvent(new other.CustomEvent('pay', { detail: 6 }));
    assert.lengthOf(seen, 2);
  });

  test('an element in plain HTML publishes the detail of a CustomEvent of a frame', async () => {
    const bus = await make(), frame = frameIn(document.body), root = document.createElement('div'), element = document.createElement('p'), seen = [];
    element.setAttribute('data-bus-publish', 'ui.pay');
    element.setAttribute('data-bus-on', 'pay');
    root.append(element);
    document.body.append(root);
    const stop = start(root, bus);
    bus.subscribe('ui.pay', (data) => seen.push(data));
    element.dispatchEvent(new frame.contentWindow.CustomEvent('pay', { detail: { cents: 5 } }));
    element.dispatchEvent(new CustomEvent('pay', { detail: 6 }));
    element.dispatchEvent(new frame.contentWindow.Event('pay'));
    assert.deepEqual(seen, [{ cents: 5 }, 6, undefined]);
    stop();
    root.remove();
    frame.remove();
  });

  test('D12 an owner in a frame ends with its removal, and with that of its frame or of the frame around it', async () => {
    const bus = await make(), none = bus.stats().subscriptions;
    for (const remove of [({ owner }) => owner.remove(), ({ inner }) => inner.remove(), ({ outer }) => outer.remove(), ({ host }) => host.remove(), ({ inner }) => { inner.src = 'about:blank?another'; }]) {
      const outer = frameIn(document.body), inner = frameIn(outer.contentDocument.body);
      const host = inner.contentDocument.createElement('div'), owner = inner.contentDocument.createElement('p');
      inner.contentDocument.body.append(host);
      host.attachShadow({ mode: 'open' }).append(owner);
      bus.subscribe('a', () => {}, { owner });
      await new Promise((resolve) => setTimeout(resolve));
      assert.equal(bus.stats().subscriptions, none + 1);
      remove({ outer, inner, host, owner });
      await until(() => bus.stats().subscriptions === none);
      outer.remove();
    }
  });

  test('D12 an owner that moves into a frame stays, and ends there', async () => {
    const bus = await make(), frame = frameIn(document.body), owner = document.createElement('p'), seen = [];
    document.body.append(owner);
    bus.subscribe('a', (data) => seen.push(data), { owner });
    frame.contentDocument.body.append(owner);
    await new Promise((resolve) => setTimeout(resolve));
    bus.publish('a', 1);
    owner.remove();
    bus.publish('a', 2);
    await until(() => bus.stats().subscriptions === 0);
    assert.deepEqual(seen, [1]);
    frame.remove();
  });

  test('a signal of a frame ends a subscription', async () => {
    const bus = await make(), frame = frameIn(document.body), controller = new frame.contentWindow.AbortController(), seen = [];
    bus.subscribe('a', (data) => seen.push(data), { signal: controller.signal });
    bus.publish('a', 1);
    controller.abort();
    bus.publish('a', 2);
    assert.deepEqual(seen, [1]);
    frame.remove();
  });
}
