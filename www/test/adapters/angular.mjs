import { createEnvironmentInjector, Injector, NgZone, runInInjectionContext, ɵINJECTOR_SCOPE as SCOPE, ɵNoopNgZone as NoopNgZone } from '@angular/core';
import { OptionError, pageBus } from 'trolleybus';
import { forBus, injectBus, injectEvent, injectLastEvent, injectObservable, provideBus } from 'trolleybus/angular';

// Angular's injection contexts; components are tried in the example app.
export function ofAngular(test, assert, make) {
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);
  const context = (providers = [], zone = new NoopNgZone()) => {
    const injector = createEnvironmentInjector([{ provide: SCOPE, useValue: 'root' }, { provide: NgZone, useValue: zone }, ...providers], Injector.NULL);
    return { run: (work) => runInInjectionContext(injector, work), destroy: () => injector.destroy() };
  };

  test('the bus is the one of the options, else the provided one, else the page\'s', async () => {
    const [given, provided] = [make(), make()], page = pageBus({ start: 'demand' });
    const contexts = [context([provideBus(provided)]), context([provideBus(() => provided)]), context()];
    assert.deepEqual(contexts.map(({ run }) => run(() => {
      injectEvent('given', () => {}, { bus: given });
      injectEvent('here', () => {});
      return injectBus();
    })), [provided, provided, page]);
    assert.deepEqual([patterns(given), patterns(provided), patterns(page)], [['given', 'given', 'given'], ['here', 'here'], ['here']]);
    for (const { destroy } of contexts) destroy();
    assert.deepEqual([patterns(given), patterns(provided), patterns(page)], [[], [], []]);
    await page.close();
  });

  test('injectLastEvent is a signal that begins with the retained event and ends with its context', () => {
    const bus = make(), { run, destroy } = context([provideBus(bus)]);
    bus.topic('kept', { retain: true }).publish(7);
    const [kept, none, doubled] = run(() => [injectLastEvent('kept'), injectLastEvent('a', { initial: 'none' }), injectLastEvent('a', { selector: (data) => data * 2 })]);
    assert.deepEqual([kept(), none(), doubled()], [7, 'none', undefined]);
    bus.publish('a', 4);
    assert.deepEqual([kept(), none(), doubled()], [7, 4, 8]);
    assert.notProperty(kept, 'set');
    destroy();
    bus.publish('a', 5);
    assert.deepEqual([none(), doubled(), patterns(bus)], [4, 8, []]);
  });

  test('options and handlers of Angular are checked as those of a bus are', () => {
    const bus = make(), { run, destroy } = context([provideBus(bus)]);
    for (const [use, words] of [
      [() => injectLastEvent('a', { intial: 1 }), /^last event option intial: expected one of bus, initial, selector, got "intial"$/],
      [() => injectLastEvent('a', null), /^last event options: expected { bus\?, initial\?, selector\? }, got null$/],
      [() => injectLastEvent('a', { bus: {} }), /^last event option bus: expected a Bus, got an object$/],
      [() => injectEvent('a', () => {}, { bus: {} }), /^event option bus: expected a Bus, got an object$/],
      [() => injectEvent('a', () => {}, { onec: true }), /^subscribe option onec: expected one of once, .*, got "onec"$/],
      [() => injectEvent('a', null), /^handler: expected a function or an object with handleEvent, got null$/],
    ]) assert.throws(() => run(use), OptionError, words);
    assert.deepEqual(patterns(bus), []);
    destroy();
  });

  test('handlers run in the zone, with any option of subscribe', () => {
    const bus = make(), seen = [];
    class Zone extends NoopNgZone {
      run(work) {
        seen.push('in');
        try {
          return work();
        } finally {
          seen.push('out');
        }
      }
    }
    const { run, destroy } = context([provideBus(bus)], new Zone());
    run(() => injectEvent('a', { handleEvent: (data) => seen.push(data) }, { filter: (data) => data > 1, once: true }));
    for (const data of [1, 2, 3]) bus.publish('a', data);
    assert.deepEqual(seen, ['in', 2, 'out']);
    destroy();
  });

  test('forBus and injectObservable', () => {
    const bus = make(), { run, destroy } = context(), seen = [];
    run(() => {
      const bound = forBus(bus);
      assert.equal(bound.injectBus(), bus);
      bound.injectEvent('a', (data) => seen.push(data));
      const last = bound.injectLastEvent('a', { initial: 0 });
      const subscriptions = [bound.injectObservable('a'), injectObservable('a', { bus })].map((data) => data.subscribe((data) => seen.push(-data)));
      bus.publish('a', 1);
      assert.equal(last(), 1);
      for (const subscription of subscriptions) subscription.unsubscribe();
    });
    assert.deepEqual(seen, [1, -1, -1]);
    destroy();
    assert.deepEqual(patterns(bus), []);
  });

  test('injectObservable completes when the bus closes', async () => {
    const bus = make(), { run, destroy } = context(), seen = [];
    run(() => {
      for (const data of [forBus(bus).injectObservable('a'), injectObservable('a', { bus })]) data.subscribe({ complete: () => seen.push('end') });
    });
    await bus.close();
    assert.deepEqual(seen, ['end', 'end']);
    destroy();
  });
}
