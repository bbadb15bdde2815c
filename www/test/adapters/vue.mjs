import { pageBus } from 'trolleybus';
import { busPlugin, forBus, useBus, useEvent, useEventBus, useLastEvent } from 'trolleybus/vue';
import { createApp, effectScope, h, isReadonly, KeepAlive, nextTick, ref } from 'vue';

// What is Vue's own: plugins, scopes, kept components, VueUse's event bus.
export function ofVue(test, assert, make) {
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);
  const mount = (setup, prepare = () => {}) => {
    const target = document.createElement('ul'), app = createApp({ setup });
    document.body.append(target);
    prepare(app);
    app.mount(target);
    return { target, unmount() { app.unmount(); target.remove(); } };
  };

  test('the bus is the one of the options, else the provided one, else the page\'s', async () => {
    const [given, provided] = [make(), make()], page = pageBus({ start: 'demand' }), seen = [];
    const use = () => {
      seen.push(useBus());
      useEvent('here', () => {});
      useEvent('given', () => {}, { bus: given });
      return () => null;
    };
    const mounted = [mount(use, (app) => app.use(busPlugin(provided))), mount(use)];
    assert.deepEqual(seen, [provided, page]);
    assert.deepEqual([patterns(given), patterns(provided), patterns(page)], [['given', 'given'], ['here'], ['here']]);
    for (const one of mounted) one.unmount();
    assert.deepEqual([patterns(given), patterns(provided), patterns(page)], [[], [], []]);
    await page.close();
  });

  test('an effect scope ends what began in it; outside of one the result does', () => {
    const bus = make(), scope = effectScope();
    scope.run(() => {
      useEvent('a', () => {}, { bus });
      useLastEvent('b', { bus });
    });
    const off = useEvent('c', () => {}, { bus });
    assert.deepEqual(patterns(bus), ['a', 'b', 'c']);
    scope.stop();
    assert.deepEqual(patterns(bus), ['c']);
    off();
    assert.deepEqual(patterns(bus), []);
  });

  test('the ref is readonly, and its data are as they were published', () => {
    const bus = make(), scope = effectScope();
    scope.run(() => {
      const last = useLastEvent('a', { bus }), data = { nested: {} };
      bus.publish('a', data);
      assert.isTrue(isReadonly(last));
      assert.equal(last.value, data);
      assert.equal(last.value.nested, data.nested);
    });
    scope.stop();
  });

  test('a component that is kept alive goes on', async () => {
    const bus = make(), visible = ref(true);
    const Kept = { setup() {
      const last = useLastEvent('a', { bus, initial: 0 });
      return () => h('li', last.value);
    } };
    const mounted = mount(() => () => h(KeepAlive, null, () => visible.value ? h(Kept) : null));
    visible.value = false;
    await nextTick();
    bus.publish('a', 1);
    visible.value = true;
    await nextTick();
    assert.equal(mounted.target.textContent, '1');
    mounted.unmount();
    assert.deepEqual(patterns(bus), []);
  });

  test('forBus makes the composables of one bus', () => {
    const bus = make(), bound = forBus(bus), scope = effectScope();
    scope.run(() => {
      const doubled = bound.useLastEvent('a', { initial: 0, selector: (data) => data * 2 });
      bound.useEvent('a', () => {});
      bus.publish('a', 4);
      assert.equal(bound.useBus(), bus);
      assert.equal(doubled.value, 8);
    });
    scope.stop();
    assert.deepEqual(patterns(bus), []);
  });

  test('useEventBus: on, once, off, emit with a payload, reset', async () => {
    const page = pageBus({ start: 'demand' }), seen = [], topics = [];
    page.subscribe('vue.>', (_, { topic }) => topics.push(topic));
    const news = useEventBus('news.daily'), same = useEventBus('news.daily'), other = useEventBus('other');
    const listener = (event, payload) => seen.push([event, payload]);
    const off = news.on(listener);
    news.on(listener); // a listener is one, however often it is added
    same.emit('a', 1);
    other.emit('b');
    assert.deepEqual(seen, [['a', 1]]);
    off();
    same.emit('c');
    news.once(listener);
    same.emit('d');
    same.emit('e');
    assert.deepEqual(seen, [['a', 1], ['d', undefined]]);
    news.on(listener);
    same.off(listener);
    news.on(listener);
    other.reset();
    same.reset();
    same.emit('f');
    assert.lengthOf(seen, 2);
    assert.deepEqual([...new Set(topics)], ['vue.news%2e;daily', 'vue.other']);
    await page.close();
  });

  test('useEventBus: each bus has listeners of its own, also after it was closed', async () => {
    const buses = [make(), make()], seen = [], listener = (event) => seen.push(event), mounted = [];
    const handles = buses.map((bus) => {
      let handle;
      mounted.push(mount(() => {
        handle = useEventBus('both');
        return () => null;
      }, (app) => app.use(busPlugin(bus))));
      return handle;
    });
    for (const handle of handles) handle.on(listener);
    handles[0].emit(1);
    handles[0].reset();
    handles[1].emit(2);
    assert.deepEqual(seen, [1, 2]);
    for (const one of mounted) one.unmount();

    const first = pageBus({ start: 'demand' });
    useEventBus('again').on(listener);
    await first.close();
    const second = pageBus({ start: 'demand' });
    useEventBus('again').on(listener);
    useEventBus('again').emit(3);
    assert.deepEqual(seen, [1, 2, 3]);
    useEventBus('again').reset();
    assert.deepEqual(patterns(second), []);
    await second.close();
  });

  test('useEventBus: once beside on, and keys that are numbers, empty or dotted', async () => {
    const page = pageBus({ start: 'demand' }), seen = [], listener = (event) => seen.push(event), news = useEventBus(1);
    news.on(listener);
    useEventBus('1').once(listener);
    news.emit('a');
    news.emit('b');
    assert.deepEqual(seen, ['a', 'a', 'b']);
    news.reset();
    for (const key of ['', 'a.b', 'a*', '>', 'é e']) {
      const off = useEventBus(key).on(listener);
      useEventBus(key).emit(key);
      off();
    }
    assert.deepEqual(seen.slice(3), ['', 'a.b', 'a*', '>', 'é e']);
    assert.deepEqual(patterns(page), []);
    await page.close();
  });

  test('useEventBus: symbols are keys, and listeners end with their scope', async () => {
    const page = pageBus({ start: 'demand' }), [key, twin] = [Symbol('a'), Symbol('a')], seen = [], scope = effectScope();
    scope.run(() => useEventBus(key).on((event) => seen.push(event)));
    useEventBus(key).emit(1);
    useEventBus(twin).emit(2);
    assert.deepEqual(seen, [1]);
    scope.stop();
    useEventBus(key).emit(3);
    assert.deepEqual(seen, [1]);
    assert.deepEqual(patterns(page), []);
    await page.close();
  });
}
