import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';
import { times } from './suites/effort.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

test('thousands of requests that timed out leave nothing behind', async () => {
  const timers = new Set();
  const clock = { now: () => 0, date: () => 0, after: (_, run) => (timers.add(run), () => timers.delete(run)) };
  const bus = createBus({ start: 'demand', clock });
  bus.respond('a', (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  bus.respond('a', () => new Promise(() => {}));
  bus.subscribe('$bus.error', () => {});
  const load = async () => {
    for (let i = 0; i < times(100); i++) {
      const replies = Array.from({ length: 1000 }, () => bus.request('a', { i }, { timeout: 10 }).catch(() => {}));
      for (const run of [...timers]) run();
      await Promise.all(replies);
    }
    for (let i = 0; i < 3; i++) {
      await new Promise((done) => setTimeout(done));
      gc();
    }
    return process.memoryUsage().heapUsed;
  };
  const before = await load(), after = await load();
  assert.equal(timers.size, 0);
  assert.equal(bus.stats().pending, 0);
  assert.isBelow(after - before, 3_000_000); // 120 bytes a request, with SOAK=1 30: what the engine itself compiles and keeps
  await bus.close();
});

// What a handler holds is let go with its subscription (D12), although no event comes by any more.
const wasm = new URL('../../dist/trolleybus.wasm', import.meta.url);
const component = new URL('../../build/test/component.wasm', import.meta.url);
const collected = async (refs) => {
  for (let i = 0; i < 20 && refs.some((ref) => ref.deref() !== undefined); i++) {
    await new Promise((done) => setTimeout(done));
    gc();
  }
  return refs.filter((ref) => ref.deref() === undefined).length;
};
/** Each subscribes with a handler, and returns what ends that. */
const ways = {
  subscribe: (bus, handler) => bus.subscribe('known', handler),
  'subscribe by a wildcard': (bus, handler) => bus.subscribe('*', handler),
  'subscribe an object': (bus, handler) => bus.subscribe('known', { handleEvent: handler }),
  'topic.subscribe': (bus, handler) => bus.topic('known').subscribe(handler),
  'a signal': (bus, handler) => {
    const controller = new AbortController();
    bus.subscribe('known', handler, { signal: controller.signal });
    return () => controller.abort();
  },
  'the same signal for many, which does not abort': (bus, handler) => bus.subscribe('known', handler, { signal: lasting.signal }),
  filter: (bus, handler) => bus.subscribe('known', () => {}, { filter: (data) => { handler(data); return true; } }),
  'once, with its event': (bus, handler) => {
    bus.subscribe('known', handler, { once: true });
    return () => bus.publish('known');
  },
  ...Object.fromEntries(Object.entries({
    timeout: { timeout: 1000 }, retry: { retry: { attempts: 3 } }, dedupe: { dedupe: {} }, 'a queue group': { queue: 'group' }, concurrency: { concurrency: 2 },
    debounce: { debounce: 1 }, throttle: { throttle: 1 }, replay: { replay: 1 }, 'many policies': { retry: {}, dedupe: {}, timeout: 1000, queue: 'other' },
  }).map(([name, options]) => [name, (bus, handler) => bus.subscribe('known', handler, options)])),
  'once with a policy': (bus, handler) => {
    bus.subscribe('known', handler, { once: true, retry: {} });
    return () => bus.publish('known');
  },
  retryable: (bus, handler) => bus.subscribe('known', () => {}, { retry: { retryable: handler } }),
  'dedupe.key': (bus, handler) => bus.subscribe('known', () => {}, { dedupe: { key: (data) => { handler(data); return 'x'; } } }),
  events: (bus, handler) => {
    const events = bus.events('known', { filter: (data) => { handler(data); return true; } });
    return () => events.return();
  },
  respond: (bus, handler) => bus.respond('known', handler),
  'a listener of the target': (bus, handler) => {
    bus.target.addEventListener('known', handler);
    return () => bus.target.removeEventListener('known', handler);
  },
  'a listener of the target, by a signal that does not abort': (bus, handler) => {
    bus.target.addEventListener('known', handler, { signal: lasting.signal });
    return () => bus.target.removeEventListener('known', handler);
  },
  'a bridge, by a signal that does not abort': (bus, handler) => bus.bridge(new EventTarget(), { from: { x: { topic: 'known', payload: handler } } }, { signal: lasting.signal }),
  'respond, by a signal that does not abort': (bus, handler) => bus.respond('known', handler, { signal: lasting.signal }),
  'events, by a signal that does not abort': (bus, handler) => {
    const events = bus.events('known', { filter: (data) => { handler(data); return true; }, signal: lasting.signal });
    return () => events.return();
  },
  'a bridge': (bus, handler) => bus.bridge(new EventTarget(), { from: { x: { topic: 'known', payload: handler } }, to: { known: true } }),
  use: (bus, handler) => bus.use((event, next) => { handler(event); next(); }),
};
const lasting = new AbortController();

test('D12 what handlers hold is let go with their subscriptions', async (t) => {
  for (const [mode, options, up] of [['before Go is up', { start: 'demand' }, false], ['with Go up', { wasm }, true], ['with components in Go', { wasm: component }, true]]) {
    for (const delivered of [false, true]) {
      const bus = createBus({ ...options, onError: () => {} });
      if (up) await bus.ready;
      bus.topic('known', { retain: true });
      bus.publish('known', 0);
      for (const [name, subscribe] of Object.entries(ways)) {
        await t.test(`${name}, ${mode}${delivered ? ', after an event' : ''}`, async () => {
          // In a function of its own, whose frame is gone when the collector looks.
          const mounted = (i) => {
            const held = { big: new Array(100).fill(i) };
            const end = subscribe(bus, () => void held.big);
            if (delivered) bus.publish('known', i);
            end();
            return new WeakRef(held);
          };
          assert.equal(await collected(Array.from({ length: 20 }, (_, i) => mounted(i))), 20);
        });
      }
      await bus.close();
    }
  }
});
