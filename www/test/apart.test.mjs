// Options of what is in files of its own: facades and the test kit. Each is checked as those of a bus are.
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { assert as chai } from 'chai';
import EventEmitter from '../../dist/events.js';
import * as events from '../../dist/events.js';
import { jsonSchema } from '../../build/test/validators.js';
import mitt from '../../dist/mitt.js';
import * as kit from '../../dist/testing.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { callsOf } from './options.mjs';
import { apart } from './suites/apart.mjs';

const { createTestBus, expectEvents, record, replay, roots, virtualClock } = kit, { createBus, OptionError } = trolleybus;
const table = callsOf(JSON.parse(await readFile(new URL('../../bus/options.json', import.meta.url), 'utf8')));
const made = [];
afterEach(() => Promise.all(made.splice(0).map((bus) => bus.close())));
apart(test, chai, { create: (options) => made[made.push(createBus(options)) - 1], table, mitt, events, trolleybus, jsonSchema, kit });

const bus = createBus({ start: 'demand' });
/** What takes options, some that are right, the names that there are, and wrong values of them. */
const taking = [
  ['mitt', (options) => mitt(undefined, options), { bus, topic: 'cart.eu' }, { bus: [{}, 1, 'bus', null], topic: [1, null, {}] }],
  ['events', (options) => new EventEmitter(options), { bus, topic: 'cart', own: 1 }, { bus: [{}, 1, null], topic: [7, null, {}] }],
  ['createTestBus', (options) => createTestBus(options), { clock: virtualClock(), onError() {}, name: 'a' }, { clock: [1, {}, { now() {}, date() {}, after() {} }, null], onError: [1, 'x', {}, null] }],
  ['virtualClock', (options) => virtualClock(options), { date: new Date(0) }, { date: ['2000-01-01', NaN, new Date(NaN), {}, null] }],
  ['replay', (options) => replay(bus, [], options), { clock: virtualClock() }, { clock: [1, {}, null] }],
];

const thrown = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
};

for (const [name, take, right, wrong] of taking) {
  test(`options of ${name} are checked as those of a bus are`, async () => {
    await take(right);
    await take(Object.fromEntries(Object.keys(right).map((key) => [key, undefined])));
    for (const [key, values] of Object.entries(wrong)) {
      for (const value of values) {
        const error = await thrown(() => take({ [key]: value }));
        assert.ok(error instanceof OptionError, `${key}: ${String(error)}`);
        assert.equal(error.code, 'TB_OPTION');
        assert.match(error.message, new RegExp(`^${name} option ${key}: expected .*, got `));
      }
    }
    if (name === 'events') return; // as in Node, whose classes hand on options of their own
    for (const key of ['topik', 'clok', 'constructor', 'toString']) {
      const error = await thrown(() => take({ [key]: 1 }));
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, new RegExp(`^(${name}|createBus) option ${key}: expected one of .*, got "${key}"$`));
    }
    for (const options of [null, 5, 'x']) assert.match((await thrown(() => take(options))).message, new RegExp(`^${name} options: expected (an object|{.*}), got `));
  });
}

test('events: null is no options, as in Node', () => {
  const seen = [], emitter = new EventEmitter(null);
  emitter.on('a', (n) => seen.push(n));
  emitter.emit('a', 1);
  assert.deepEqual(seen, [1]);
  emitter.removeAllListeners();
});

test('mitt takes handlers as a Map, or none', async () => {
  for (const all of [[], {}, 5, 'x', true, new Set(), new WeakMap(), () => {}]) {
    const error = await thrown(() => mitt(all, { bus }));
    assert.ok(error instanceof OptionError, String(error));
    assert.match(error.message, /^mitt all: expected a Map, got /);
  }
  for (const none of [undefined, null, 0, '', false]) assert.ok(mitt(none, { bus }).all instanceof Map);
});

test('what is no bus, recording or list of events is refused by the test kit', async () => {
  const wrong = [undefined, null, 5, 'x', {}, () => {}, { events: 1 }];
  for (const value of wrong) {
    for (const [call, says] of [
      [() => record(value), /^record bus: expected a Bus, got /], [() => replay(value, []), /^replay bus: expected a Bus, got /], [() => replay(bus, value), /^recording: expected a Recording or an array/],
      [() => roots(value), /^recording: expected/], [() => expectEvents(value, []), /^recording: expected/], [() => expectEvents([], value), /^expected events: expected an array, got /],
    ]) {
      const error = await thrown(call);
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, says);
    }
  }
});
