import { pageBus } from 'trolleybus';
import { forBus, useBus, useLastEvent } from 'trolleybus/svelte';
import { mountSvelte as mount, svelte } from './svelte-driver.mjs';
import AsStore from './svelte/AsStore.svelte';
import Provided from './svelte/Provided.svelte';
import Using from './svelte/Using.svelte';

// What is Svelte's own: context, runes and the contract of stores.
export function ofSvelte(test, assert, make) {
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);

  test('the bus is the one of the options, else the provided one, else the page\'s', async () => {
    const [given, provided] = [make(), make()], page = pageBus({ start: 'demand' }), seen = [];
    const inside = mount(Provided, { bus: provided, child: Using, props: { use: ({ useBus, useEvent }) => {
      seen.push(useBus());
      useEvent('provided', () => {});
      useEvent('given', () => {}, { bus: given });
      return '';
    } } });
    assert.deepEqual(seen, [provided]);
    assert.equal(useBus(), page, 'outside of components');
    assert.deepEqual([patterns(given), patterns(provided)], [['given'], ['provided']]);
    await inside.unmount();
    assert.deepEqual([patterns(given), patterns(provided)], [[], []]);
    await page.close();
  });

  test('as a store it begins with the last event, and is subscribed while it has subscribers', async () => {
    const bus = make(), mounted = mount(AsStore, { bus, topic: 'a', options: { initial: 0 } });
    assert.equal(mounted.target.textContent, '0');
    await svelte.settle(() => bus.publish('a', 1));
    assert.equal(mounted.target.textContent, '1');
    await mounted.unmount();
    assert.deepEqual(patterns(bus), []);

    const seen = [], store = useLastEvent('a', { bus, initial: 'none' });
    const ends = [store.subscribe((value) => seen.push(value)), store.subscribe((value) => seen.push(value))];
    bus.publish('a', 2);
    assert.deepEqual(seen, ['none', 'none', 2, 2]);
    for (const end of ends) end();
    assert.deepEqual(patterns(bus), []);
  });

  test('.current outside of effects is the last event and subscribes to nothing', () => {
    const bus = make(), last = useLastEvent('kept', { bus, initial: 'none' });
    assert.equal(last.current, 'none');
    bus.topic('kept', { retain: true }).publish(1);
    assert.equal(last.current, 1);
    last.subscribe(() => {})();
    bus.publish('kept', 2);
    assert.equal(last.current, 2, 'and not what it was when somebody was subscribed');
    assert.deepEqual(patterns(bus), []);
  });

  test('forBus makes the functions of one bus', () => {
    const bus = make(), bound = forBus(bus);
    assert.equal(bound.useBus(), bus);
    assert.equal(bound.useLastEvent('a', { initial: 1 }).current, 1);
  });
}
