import { after, afterEach, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from 'chai';
import { createBus, pageBus } from '../../dist/trolleybus.js';
import mitt from '../../dist/mitt.js';
import * as events from '../../dist/events.js';
import { eventsFacade } from './suites/events.mjs';
import { mittFacade } from './suites/mitt.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

for (const [mode, make] of Object.entries({
  'provisional': async (options) => createBus({ start: 'demand', ...options }),
  'with Go': async (options) => {
    const bus = createBus(options);
    await bus.ready;
    return bus;
  },
})) {
  describe(mode, () => {
    const made = [];
    const making = async (options) => {
      const bus = await make(options);
      made.push(bus);
      return bus;
    };
    after(() => Promise.all(made.map((bus) => bus.close())));
    mittFacade(test, assert, making, mitt);
    eventsFacade(test, assert, making, events);
  });
}

describe('on the bus of the page', () => {
  afterEach(() => pageBus().close());

  test('is where emitters are that name no bus', () => {
    const seen = [];
    pageBus().subscribe('*.*.a', (data, { topic }) => seen.push([topic.split('.')[0], data]));
    mitt().emit('a', 1);
    new events.EventEmitter().emit('a', 2);
    assert.deepEqual(seen, [['mitt', 1], ['events', [2]]]);
  });

  test('emitters go on with the next one after it was closed', async () => {
    const seen = [], said = [], { error } = console, one = mitt(), two = new events.EventEmitter();
    one.on('a', (data) => seen.push(['mitt', data]));
    two.on('a', (data) => seen.push(['events', data]));
    await pageBus().close();
    console.error = (error) => said.push(error.code);
    try {
      for (const data of [1, 2]) {
        one.emit('a', data);
        two.emit('a', data);
      }
    } finally {
      console.error = error;
    }
    pageBus().subscribe('>', (_, { topic }) => seen.push(topic.split('.')[0]));
    one.emit('a', 3);
    two.emit('a', 3);
    assert.deepEqual(seen, [['mitt', 1], ['events', 1], ['mitt', 2], ['events', 2], ['mitt', 3], 'mitt', ['events', 3], 'events']);
    assert.deepEqual(said, ['TB_CLOSED']);
  });

  const collect = async (done) => {
    for (let i = 0; i < 100 && !done(); i++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
  };

  test('emitters of a topic are heard of though nobody holds them', async () => {
    const seen = [];
    (() => {
      mitt(undefined, { topic: 'held' }).on('a', () => seen.push('mitt'));
      new events.EventEmitter({ topic: 'held' }).on('a', () => seen.push('events'));
    })();
    const other = new WeakRef({});
    await collect(() => other.deref() === undefined);
    pageBus().publish('held.a');
    assert.deepEqual([other.deref(), ...seen], [undefined, 'mitt', 'events']);
  });

  test('an object that is the type of an event is not held', async () => {
    const emitter = mitt();
    emitter.on('*', () => {});
    const type = (() => {
      const type = {};
      emitter.emit(type);
      return new WeakRef(type);
    })();
    await collect(() => type.deref() === undefined);
    assert.isUndefined(type.deref());
  });

  test('emitters that nobody holds leave no subscription behind', async () => {
    const bus = pageBus();
    for (let i = 0; i < 100; i++) {
      mitt().on('a', () => {});
      new events.EventEmitter().on('a', () => {});
    }
    assert.lengthOf(bus.subscriptions(), 200);
    await collect(() => bus.subscriptions().length === 0);
    assert.lengthOf(bus.subscriptions(), 0);
  });
});
