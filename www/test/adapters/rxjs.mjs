import { firstValueFrom, from, map, Subject, take, toArray } from 'rxjs';
import { eventsFromBus, fromBus, toBus } from 'trolleybus/rxjs';

// Observables in both directions.
export function ofRxjs(test, assert, make) {
  const patterns = (bus) => bus.subscriptions().map(({ pattern }) => pattern);

  test('fromBus subscribes with its subscriber, and with nobody else', () => {
    const bus = make(), seen = [], data = fromBus(bus, 'price.*').pipe(map((price) => price * 2));
    assert.deepEqual(patterns(bus), []);
    const [first, second] = [data.subscribe((price) => seen.push(price)), data.subscribe((price) => seen.push(-price))];
    bus.publish('price.a', 1);
    first.unsubscribe();
    bus.publish('price.b', 2);
    assert.deepEqual(seen, [2, -2, -4]);
    second.unsubscribe();
    assert.deepEqual(patterns(bus), []);
  });

  test('an operator that has enough ends the subscription', async () => {
    const bus = make(), both = firstValueFrom(eventsFromBus(bus, 'a').pipe(take(2), map(({ topic, data }) => [topic, data]), toArray()));
    for (const data of [1, 2, 3]) bus.publish('a', data);
    assert.deepEqual(await both, [['a', 1], ['a', 2]]);
    assert.deepEqual(patterns(bus), []);
  });

  test('options are those of subscribe; the end of the signal, or of once, completes', () => {
    const bus = make(), seen = [], end = new AbortController();
    bus.topic('a', { history: 5 });
    for (const data of [1, 2, 3]) bus.publish('a', data);
    fromBus(bus, 'a', { replay: 2, signal: end.signal }).subscribe({ next: (data) => seen.push(data), complete: () => seen.push('end') });
    fromBus(bus, 'a', { once: true }).subscribe({ next: (data) => seen.push(`once ${data}`), complete: () => seen.push('end of once') });
    bus.publish('a', 4);
    end.abort();
    bus.publish('a', 5);
    assert.deepEqual(seen, [2, 3, 4, 'once 4', 'end of once', 'end']);
    const late = [];
    fromBus(bus, 'a', { signal: end.signal }).subscribe({ next: (data) => late.push(data), complete: () => late.push('end') });
    assert.deepEqual(late, ['end']);
    assert.deepEqual(patterns(bus), []);
  });

  test('an Observable completes when the bus closes', async () => {
    const bus = make(), seen = [], lasting = new AbortController();
    const watch = (data, name) => data.subscribe({ next: () => seen.push(`event of ${name}`), error: (error) => seen.push(error), complete: () => seen.push(name) });
    watch(fromBus(bus, 'a'), 'data');
    watch(eventsFromBus(bus, '*'), 'events');
    watch(fromBus(bus, 'a', { signal: lasting.signal }), 'signal');
    watch(fromBus(bus, 'b', { once: true }), 'once');
    watch(fromBus(bus, 'b', { timeout: 1000 }), 'policies');
    watch(fromBus(bus, 'a').pipe(map((data) => data)), 'operator');
    watch(fromBus(bus, 'a'), 'unsubscribed').unsubscribe();
    await bus.close();
    lasting.abort();
    assert.deepEqual(seen.sort(), ['data', 'events', 'once', 'operator', 'policies', 'signal']);
    await firstValueFrom(fromBus(bus, 'a')).then(() => assert.fail('closed'), ({ code }) => assert.equal(code, 'TB_CLOSED'));
  });

  test('an Observable of the one event has it, and completes behind it', () => {
    const bus = make(), seen = [];
    fromBus(bus, 'a', { once: true, timeout: 1000, filter: (data) => data > 1 }).subscribe({ next: (data) => { seen.push(data); bus.publish('a', 4); }, complete: () => seen.push('end') });
    for (const data of [1, 2, 3]) bus.publish('a', data);
    assert.deepEqual(seen, [2, 'end']);
    assert.deepEqual(patterns(bus), []);
  });

  test('an Observable completes though a test has fake microtasks', async () => {
    const bus = make(), seen = [], { queueMicrotask } = globalThis;
    globalThis.queueMicrotask = () => {};
    try {
      fromBus(bus, 'a', { once: true }).subscribe({ complete: () => seen.push('end') });
      await bus.close();
    } finally {
      globalThis.queueMicrotask = queueMicrotask;
    }
    assert.deepEqual(seen, ['end']);
  });

  test('what subscribe refuses is the error of the Observable', async () => {
    const bus = make(), errors = [];
    fromBus(bus, 'a..b').subscribe({ error: ({ code }) => errors.push(code) });
    await bus.close();
    fromBus(bus, 'a').subscribe({ error: ({ code }) => errors.push(code) });
    assert.deepEqual(errors, ['TB_TOPIC', 'TB_CLOSED']);
  });

  test('options that are none are the error of the Observable, and each is read once', () => {
    const bus = make(), errors = [], reads = [];
    const hostile = { get once() { throw new Error('hostile'); } };
    for (const options of [null, 5, 'x', [], hostile, { onse: true }]) fromBus(bus, 'a', options).subscribe({ error: ({ code }) => errors.push(code) });
    assert.deepEqual(errors, errors.map(() => 'TB_OPTION'));
    assert.lengthOf(errors, 6);
    const counting = { get once() { reads.push('once'); return true; }, get filter() { reads.push('filter'); return undefined; } }, got = [];
    fromBus(bus, 'a', counting).subscribe((data) => got.push(data));
    bus.publish('a', 1);
    bus.publish('a', 2);
    assert.deepEqual([reads.sort(), got], [['filter', 'once'], [1]]);
    fromBus(bus, 'a', Object.create({ once: true })).subscribe((data) => got.push(data));
    bus.publish('a', 3);
    bus.publish('a', 4);
    assert.deepEqual(got, [1, 3]);
  });

  test('toBus publishes each value', () => {
    const bus = make(), seen = [], prices = new Subject();
    bus.subscribe('price', (data) => seen.push(data));
    from([1, 2]).subscribe(toBus(bus, 'price'));
    const subscription = prices.subscribe(toBus(bus, 'price'));
    prices.next(3);
    subscription.unsubscribe();
    prices.next(4);
    assert.deepEqual(seen, [1, 2, 3]);
  });

  test('bus.target is an Observable of the browser\'s, where it has them', () => {
    const bus = make(), seen = [], end = new AbortController();
    if (typeof bus.target.when !== 'function') return assert.notProperty(EventTarget.prototype, 'when');
    bus.target.when('order.placed').map(({ detail }) => detail.total).filter((total) => total > 10).subscribe((total) => seen.push(total), { signal: end.signal });
    for (const total of [5, 20, 30]) bus.publish('order.placed', { total });
    end.abort();
    bus.publish('order.placed', { total: 40 });
    assert.deepEqual(seen, [20, 30]);
    assert.deepEqual(patterns(bus), []);
  });
}
