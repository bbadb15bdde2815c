import { act, Activity, Component, createElement, startTransition, StrictMode, useEffect, useState } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server.edge';
import { pageBus } from 'trolleybus';
import { BusProvider, forBus, useBus, useEvent, useLastEvent } from 'trolleybus/react';
import { mountReact as mount } from './drivers.mjs';

// What is React's own: rendering twice, rendering in slices, hydration, closures that grow old.
export function react(test, assert, make, console) {
  const Value = ({ topic = 'a', ...options }) => createElement('b', null, String(useLastEvent(topic, options)));
  const value = (props) => createElement(Value, props);
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);
  const Listening = ({ topic = 'a', handler, ...options }) => {
    useEvent(topic, handler, options);
    return null;
  };

  test('the bus is the one of the options, else the provided one, else the page\'s', async () => {
    const [given, provided] = [make(), make()], page = pageBus({ start: 'demand' }), seen = [];
    const See = ({ at }) => {
      seen[at] = useBus();
      return null;
    };
    const mounted = await mount([createElement(See, { key: 0, at: 0 }), createElement(BusProvider, { key: 1, bus: provided }, createElement(See, { at: 1 }), value({ bus: given, topic: 'given' }), value({ topic: 'provided' }))]);
    assert.deepEqual(seen, [page, provided]);
    assert.deepEqual(patterns(given), ['given']);
    assert.deepEqual(patterns(provided), ['provided']);
    await mounted.unmount();
    await page.close();
  });

  test('forBus makes the hooks of one bus', async () => {
    const bus = make(), seen = [], hooks = forBus(bus);
    const Bound = () => {
      hooks.useEvent('a', (data) => seen.push(data), { filter: (data) => data > 1 });
      return createElement('b', null, hooks.useBus() === bus, hooks.useLastEvent('a', { initial: 0, selector: (data) => data * 2 }));
    };
    const mounted = await mount(createElement(Bound));
    await act(async () => { bus.publish('a', 1); bus.publish('a', 2); });
    assert.deepEqual(seen, [2]);
    assert.equal(mounted.target.textContent, '4');
    await mounted.unmount();
  });

  test('StrictMode mounts twice: one subscription remains, and each event comes once', async () => {
    const bus = make(), seen = [];
    const strict = createElement(StrictMode, null, createElement(Listening, { bus, handler: (data) => seen.push(data) }), value({ bus, initial: 0 }));
    const mounted = await mount(strict);
    assert.deepEqual(patterns(bus), ['a', 'a']);
    await act(async () => bus.publish('a', 1));
    assert.deepEqual(seen, [1]);
    assert.equal(mounted.target.textContent, '1');
    await mounted.unmount();
    assert.deepEqual(patterns(bus), []);
  });

  test('useEvent calls the handler, and the filter, of the latest render, without subscribing anew', async () => {
    const bus = make(), seen = [];
    let subscribed = 0;
    const { subscribe } = bus;
    bus.subscribe = (...args) => {
      subscribed++;
      return subscribe(...args);
    };
    const at = (n) => createElement(Listening, { bus, handler: (data) => seen.push([n, data]), filter: (data) => data === n });
    const mounted = await mount(at(1));
    bus.publish('a', 1);
    await mounted.render(at(2));
    bus.publish('a', 1);
    bus.publish('a', 2);
    assert.deepEqual(seen, [[1, 1], [2, 2]]);
    assert.equal(subscribed, 1);
    await mounted.unmount();
  });

  test('another topic, or another bus, takes the place of the first', async () => {
    const [first, second] = [make(), make()], seen = [];
    const at = (bus, topic) => [value({ key: 0, bus, topic, initial: 'none' }), createElement(Listening, { key: 1, bus, topic, handler: (data) => seen.push(data) })];
    second.topic('b', { retain: true }).publish('kept');
    const mounted = await mount(at(first, 'a'));
    await act(async () => first.publish('a', 1));
    assert.equal(mounted.target.textContent, '1');
    await mounted.render(at(first, 'b'));
    assert.deepEqual(patterns(first), ['b', 'b']);
    assert.equal(mounted.target.textContent, 'none');
    await mounted.render(at(second, 'b'));
    assert.deepEqual(patterns(first), []);
    assert.equal(mounted.target.textContent, 'kept');
    await act(async () => { first.publish('a', 2); second.publish('b', 3); });
    assert.equal(mounted.target.textContent, '3');
    assert.deepEqual(seen, [1, 3]);
    await mounted.unmount();
  });

  test('selectors written in the component may make new objects', async () => {
    const bus = make();
    let renders = 0;
    const Made = ({ n }) => {
      renders++;
      const { list } = useLastEvent('a', { bus, initial: { list: [] }, selector: (data) => ({ list: data.map((x) => x * n) }) });
      return createElement('b', null, list.join());
    };
    const mounted = await mount(createElement(Made, { n: 1 }));
    assert.equal(renders, 1);
    await act(async () => bus.publish('a', [1, 2]));
    assert.equal(mounted.target.textContent, '1,2');
    assert.equal(renders, 2);
    await mounted.render(createElement(Made, { n: 10 }));
    assert.equal(mounted.target.textContent, '10,20');
    assert.equal(renders, 3);
    await mounted.unmount();
  });

  test('an event of an effect reaches components that mount with it', async () => {
    const bus = make(), seen = [];
    const Greeting = () => {
      useEffect(() => bus.publish('a', 'hello'), []);
      return null;
    };
    const mounted = await mount([createElement(Greeting, { key: 0 }), createElement(Listening, { key: 1, bus, handler: (data) => seen.push(data) }), value({ key: 2, bus })]);
    assert.deepEqual(seen, ['hello']);
    assert.equal(mounted.target.textContent, 'hello');
    await mounted.unmount();
  });

  test('a component that was hidden shows what came meanwhile', async () => {
    const bus = make(), at = (mode) => createElement(Activity, { mode }, value({ bus }), value({ bus, topic: 'lost', initial: 'none' }));
    bus.topic('a', { retain: true }).publish(1);
    const mounted = await mount(at('visible'));
    await act(async () => bus.publish('lost', ', 1'));
    assert.equal(mounted.target.textContent, '1, 1');
    await mounted.render(at('hidden'));
    assert.deepEqual(patterns(bus), []);
    await act(async () => { bus.publish('a', 2); bus.publish('lost', ', 2'); });
    await mounted.render(at('visible'));
    assert.equal(mounted.target.textContent, '2, 1');
    await mounted.unmount();
    assert.deepEqual(patterns(bus), []);
  });

  test('a handler that sets state renders once for all events of a task', async () => {
    const bus = make();
    let renders = 0;
    const Counting = () => {
      const [count, setCount] = useState(0);
      renders++;
      useEvent('a', () => setCount((count) => count + 1), { bus });
      return createElement('b', null, count);
    };
    const mounted = await mount(createElement(Counting));
    await act(async () => { for (let i = 0; i < 1000; i++) bus.publish('a'); });
    assert.equal(mounted.target.textContent, '1000');
    assert.equal(renders, 2);
    await mounted.unmount();
  });

  test('a render in slices never shows two events at once', async () => {
    const bus = make(), shown = [], channel = new MessageChannel();
    bus.topic('a', { retain: true }).publish(0);
    const Slow = () => {
      for (const end = performance.now() + 4; performance.now() < end;);
      return value({ bus });
    };
    let show;
    const List = () => {
      const [visible, setVisible] = useState(false);
      show = () => setVisible(true);
      return visible && Array.from({ length: 30 }, (_, key) => createElement(Slow, { key }));
    };
    const mounted = await mount(createElement(List));
    const observer = new MutationObserver(() => shown.push(new Set(Array.from(mounted.target.querySelectorAll('b'), (b) => b.textContent)).size));
    observer.observe(mounted.target, { childList: true, subtree: true, characterData: true });
    globalThis.IS_REACT_ACT_ENVIRONMENT = false;
    try {
      let n = 0, during = 0;
      const done = new Promise((resolve) => {
        channel.port1.onmessage = () => {
          const there = mounted.target.querySelectorAll('b');
          if (there.length === 30 && there[0].textContent === '5') return resolve();
          if (n < 5) {
            if (there.length === 0) during++;
            bus.publish('a', ++n);
          }
          channel.port2.postMessage(0);
        };
      });
      startTransition(() => show());
      channel.port2.postMessage(0);
      await done;
      assert.isAbove(during, 0, 'events came while it rendered');
      assert.deepEqual([...new Set(shown)], [1]);
    } finally {
      globalThis.IS_REACT_ACT_ENVIRONMENT = true;
      observer.disconnect();
      channel.port1.close();
    }
    await mounted.unmount();
  });

  test('what the server rendered is taken over without a warning, and then shows what is kept', async () => {
    const bus = make();
    bus.topic('a', { retain: true }).publish('kept');
    const target = document.createElement('ul');
    document.body.append(target);
    const html = renderToString(value({ bus, initial: 'initial' }));
    assert.equal(html, '<b>initial</b>');
    assert.deepEqual(patterns(bus), []);
    target.append(Object.assign(document.createElement('b'), { textContent: 'initial' }));
    const [element] = target.children;
    const root = await act(async () => hydrateRoot(target, value({ bus, initial: 'initial' })));
    assert.equal(target.textContent, 'kept');
    assert.equal(target.firstChild, element);
    await act(async () => root.unmount());
    target.remove();
  });

  test('a bus may be a property of a component: who looks through it, as development builds do, does not load Go', async () => {
    let loads = 0;
    const bus = make({ wasm: () => { loads++; throw new Error('not there'); } }), seen = [];
    for (const key in bus) seen.push(typeof bus[key]);
    assert.isAbove(seen.length, 10);
    assert.equal(loads, 0);
    await bus.ready.catch(() => {});
    assert.equal(loads, 1);
    assert.match(String(console.errors.splice(0)), /not there/);
  });

  test('a wrong topic is an error of the component, for its boundary', async () => {
    const bus = make();
    class Boundary extends Component {
      state = {};
      static getDerivedStateFromError(error) { return { error }; }
      render() { return this.state.error?.code ?? this.props.children; }
    }
    for (const wrong of [createElement(Listening, { bus, topic: 'a..b', handler() {} }), createElement(Listening, { bus, handler() {}, onec: true }), value({ bus, topic: 'a..b' })]) {
      const mounted = await mount(createElement(Boundary, null, wrong));
      assert.match(mounted.target.textContent, /^TB_(TOPIC|OPTION)$/);
      assert.match(String(console.errors[0]), /boundary|a\.\.b|onec/);
      console.errors.length = 0;
      await mounted.unmount();
    }
    assert.deepEqual(patterns(bus), []);
  });
}
