// A bus that is kept keeps the memory of no instance of Go that it does not use any more.
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';
import { until } from './suites/contract.mjs';
import { silence } from './suites/go.mjs';
import { LIMIT, quietly } from './suites/loading.mjs';
import { crossingOf, silent } from './suites/modules.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const component = await readFile(new URL('../../build/test/component.wasm', import.meta.url));
const never = new Promise(() => {});

/** Runs `life`; the memories of all instances that were made meanwhile, held weakly. */
async function memoriesOf(life) {
  const { instantiate } = WebAssembly;
  const memories = [];
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    memories.push(new WeakRef(instance.exports.mem));
    return instance;
  };
  const quiet = silence();
  try {
    await life();
  } finally {
    WebAssembly.instantiate = instantiate;
    quiet();
  }
  return memories;
}

async function collected(memories) {
  await until(() => (gc(), memories.every((memory) => memory.deref() === undefined)), 'the memory is collected');
}

/** Uses all that crosses to Go, and returns what a page would keep of it. */
async function use(bus) {
  const kept = [];
  await bus.ready;
  const topic = bus.topic('kept', { retain: true, history: 3 });
  kept.push(topic, bus.subscribe('order.*', (data, event) => kept.push(data, event)));
  kept.push(bus.subscribe('retried', () => { throw new Error('no'); }, { retry: { attempts: 1 }, name: 'retried' }));
  kept.push(bus.subscribe('slow', () => never, { concurrency: 1, timeout: 60_000, queue: 'q' }));
  kept.push(bus.subscribe('late', () => {}, { debounce: 60_000 }), bus.subscribe('moved', () => {}, { frame: true }));
  kept.push(bus.respond('asked', () => never), bus.events('order.*'), bus.subscribe('echoed', (data, event) => kept.push(data, event)));
  kept.push(bus.subscribe('$bus.>', (data, event) => kept.push(data, event)), bus.subscribe('>', () => {}, { replay: 'all' }));
  const element = new EventTarget();
  kept.push(element, bus.bridge(element, { from: { go: 'order.placed' }, to: { 'order.done': true } }));
  bus.publish('order.placed', { id: 'a', items: 1 });
  for (const name of ['retried', 'slow', 'slow', 'late', 'moved', 'kept', 'fail', 'panic', 'echo.me']) bus.publish(name, { name });
  kept.push(topic.value, bus.deadLetters(), bus.stats(), bus.topics(), bus.subscriptions(), bus.pressure('slow'));
  kept.push(bus.request('asked', 1).catch((error) => kept.push(error)), bus.request('quote.get', { id: 'a' }).catch((error) => kept.push(error)));
  bus.publish('order.placed', { id: 'b', items: 1 });
  return kept;
}

const lives = {
  async 'a bus that was used'(bus) {
    const kept = await use(bus);
    await bus.close();
    return kept;
  },
  async 'a bus that is closed by a handler'(bus) {
    const kept = await use(bus);
    bus.subscribe('order.done', () => bus.close());
    bus.publish('order.placed', { id: 'last', items: 1 });
    return kept;
  },
  async 'a bus whose Go died'(bus) {
    const kept = await use(bus);
    bus.publish('crash');
    await until(() => bus.stats().memory === 0);
    await bus.close();
    return kept;
  },
  async 'a bus whose Go died and came back'(bus) {
    const kept = await use(bus);
    const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve));
    bus.publish('crash');
    await restarted;
    kept.push(...await use(bus));
    await bus.close();
    return kept;
  },
};

for (const [name, life] of Object.entries(lives)) {
  test(`${name} and then closed lets go of the memory of Go`, async () => {
    let bus, kept;
    const memories = await memoriesOf(async () => {
      bus = createBus({ wasm: component, onError: () => {} });
      kept = await life(bus);
    });
    assert.isAtLeast(memories.length, 1);
    await collected(memories);
    assert.isAbove(kept.length, 0);
    assert.equal(bus.stats().memory, 0);
  });
}

for (const [name, end] of Object.entries({
  closed: (bus) => bus.close(),
  async 'given up'(bus, due) {
    const outcome = bus.ready.catch(({ reason }) => reason);
    due.shift()();
    assert.equal(await outcome, 'timeout');
  },
})) {
  test(`a load that was ${name} lets go of the memory of Go`, () => quietly(async (due) => {
    let bus;
    const memories = await memoriesOf(async () => {
      bus = createBus({ wasm: silent(crossingOf(component)), loadTimeout: LIMIT });
      await until(() => bus.stats().memory > 0);
      await end(bus, due);
    });
    assert.equal(memories.length, 1);
    await collected(memories);
    assert.equal(bus.stats().memory, 0);
    await bus.close();
  }));
}

test('a bus lets go of the memory of an instance that died, and goes on with the next one', async () => {
  let bus, kept;
  const memories = await memoriesOf(async () => {
    bus = createBus({ wasm: component, onError: () => {} });
    kept = await use(bus);
    const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve));
    bus.publish('crash');
    await restarted;
  });
  assert.equal(memories.length, 2);
  await collected(memories.slice(0, 1));
  assert.isAbove(bus.stats().memory, 0);
  assert.isAbove(kept.length, 0);
  await bus.close();
  await collected(memories);
});
