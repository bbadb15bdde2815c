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

  test('emitters that nobody holds leave no subscription behind', async () => {
    const bus = pageBus();
    for (let i = 0; i < 100; i++) {
      mitt().on('a', () => {});
      new events.EventEmitter().on('a', () => {});
    }
    assert.lengthOf(bus.subscriptions(), 200);
    for (let i = 0; i < 100 && bus.subscriptions().length > 0; i++) {
      await new Promise((done) => setImmediate(done));
      gc();
    }
    assert.lengthOf(bus.subscriptions(), 0);
  });
});
