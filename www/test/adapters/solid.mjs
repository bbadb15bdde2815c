import { createComponent, createRoot, createSignal, Show } from 'solid-js';
import { pageBus } from 'trolleybus';
import { BusProvider, forBus, useBus, useEvent, useLastEvent } from 'trolleybus/solid';
import { mountSolid as mount } from './drivers.mjs';

// What is Solid's own: owners, accessors, values that are functions.
export function solid(test, assert, make) {
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);

  test('the bus is the one of the options, else the provided one, else the page\'s', async () => {
    const [given, provided] = [make(), make()], page = pageBus({ start: 'demand' }), seen = [];
    const mounted = mount(() => {
      seen.push(useBus());
      return createComponent(BusProvider, {
        bus: provided,
        get children() {
          seen.push(useBus());
          useEvent('provided', () => {});
          useEvent('given', () => {}, { bus: given });
          return [];
        },
      });
    });
    assert.deepEqual(seen, [page, provided]);
    assert.deepEqual(patterns(given), ['given']);
    assert.deepEqual(patterns(provided), ['provided']);
    mounted.unmount();
    assert.deepEqual([...patterns(given), ...patterns(provided)], []);
    await page.close();
  });

  test('forBus makes the primitives of one bus', () => {
    const bus = make(), seen = [], bound = forBus(bus);
    createRoot((dispose) => {
      assert.equal(bound.useBus(), bus);
      bound.useEvent('a', (data) => seen.push(data));
      const doubled = bound.useLastEvent('a', { initial: 0, selector: (data) => data * 2 });
      assert.equal(doubled(), 0);
      bus.publish('a', 4);
      assert.equal(doubled(), 8);
      dispose();
    });
    assert.deepEqual(seen, [4]);
    assert.deepEqual(patterns(bus), []);
  });

  test('a component that is hidden ends its subscriptions', () => {
    const bus = make(), page = pageBus({ start: 'demand' }), [visible, setVisible] = createSignal(true);
    const mounted = mount(() => createComponent(Show, {
      get when() { return visible(); },
      get children() {
        useEvent('a', () => {});
        useLastEvent('b', { bus });
        return useEvent('c', () => {}, { bus }) ?? [];
      },
    }));
    assert.deepEqual(patterns(bus), ['b', 'c']);
    assert.deepEqual(patterns(page), ['a']);
    setVisible(false);
    assert.deepEqual(patterns(bus), []);
    assert.deepEqual(patterns(page), []);
    mounted.unmount();
    return page.close();
  });

  test('data that is a function is a value', () => {
    const bus = make(), data = () => 'called';
    createRoot((dispose) => {
      const value = useLastEvent('a', { bus });
      bus.publish('a', data);
      assert.equal(value(), data);
      dispose();
    });
  });
}
