import { until } from './contract.mjs';
import { silence } from './go.mjs';

// Provisional routing, the hand-over to Go, and what happens when Go cannot be had.
export function handover(test, assert, { create, wasm, component }) {
  test('plain topics work from the first line, and the hand-over leaves no gap, duplicate or change of order', async () => {
    const bus = create({ wasm: component }), all = [], literal = [], seqs = [];
    let next = 0, up = false;
    bus.ready.then(() => { up = true; });
    bus.subscribe('run.*', (data, event) => { all.push(data); seqs.push(event.seq); });
    bus.subscribe('run.a', (data) => literal.push(data));
    for (let after = 0; after < 50;) {
      for (let i = 0; i < 7; i++) bus.publish('run.a', next++);
      if (up) after++;
      await new Promise((resolve) => setTimeout(resolve));
    }
    const want = Array.from({ length: next }, (_, i) => i);
    assert.deepEqual(all, want);
    assert.deepEqual(literal, want);
    assert.deepEqual(seqs, want.map((i) => seqs[0] + i));
    assert.isAbove(bus.stats().memory, 0);
  });

  test('events published before Go is up reach its subscribers first, in order, once', async () => {
    const bus = create({ wasm: component }), done = [];
    bus.subscribe('order.done', (data) => done.push(data.id));
    for (const id of ['1', '2', '3']) bus.publish('order.placed', { id, items: 0 });
    assert.deepEqual(done, []);
    await bus.ready;
    bus.publish('order.placed', { id: '4', items: 0 });
    assert.deepEqual(done, ['1', '2', '3', '4']);
  });

  test('what waits for Go is bounded, and what is dropped is counted', async () => {
    const bus = create({ wasm: component, maxPending: 2 }), done = [];
    bus.subscribe('order.done', (data) => done.push(data.id));
    for (const id of ['1', '2', '3']) bus.publish('order.placed', { id, items: 0 });
    await bus.ready;
    assert.deepEqual(done, ['2', '3']);
    assert.equal(bus.stats().dropped, 1);
  });

  test('subscriptions made and ended before Go is up are what Go takes over, in their order', async () => {
    const bus = create(), seen = [];
    const offs = ['x', '*', 'x', '>'].map((pattern, i) => bus.subscribe(pattern, () => seen.push(i)));
    offs[2]();
    bus.publish('x');
    await bus.ready;
    bus.subscribe('x', () => seen.push('late'));
    bus.publish('x');
    assert.deepEqual(seen, [0, 1, 3, 0, 1, 3, 'late']);
  });

  test("start: 'demand' loads Go when ready is first read, 'idle' by itself", async () => {
    const demand = create({ start: 'demand' });
    assert.equal(demand.stats().memory, 0);
    await demand.ready;
    assert.isAbove(demand.stats().memory, 0);
    const idle = create({ start: 'idle' });
    await until(() => idle.stats().memory > 0);
  });

  test('Go waits for the page to be idle where no program is named, and for nothing where components are, or ready is read', async () => {
    const { requestIdleCallback } = globalThis, asked = [];
    globalThis.requestIdleCallback = (run, { timeout }) => asked.push({ run, timeout });
    const turns = async () => { for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve)); };
    try {
      const named = create({ wasm });
      await until(() => named.stats().memory > 0);
      assert.deepEqual(asked, []);
      const [read, waiting] = [create(), create()];
      assert.equal(asked.length, 2);
      for (const { timeout } of asked) assert.isAbove(timeout, 0, 'a page may never be idle');
      await read.ready;
      await turns();
      assert.isAbove(read.stats().memory, 0);
      assert.equal(waiting.stats().memory, 0);
      asked[1].run();
      await until(() => waiting.stats().memory > 0);
      const needed = create(), handled = [];
      needed.subscribe('a', (data) => handled.push(data), { retry: {} });
      needed.publish('a', 1);
      await until(() => handled.length === 1, 'a policy needs it');
    } finally {
      if (requestIdleCallback === undefined) delete globalThis.requestIdleCallback;
      else globalThis.requestIdleCallback = requestIdleCallback;
    }
  });

  test('the globals of wasm_exec.js do not stay on the page', async () => {
    const before = Object.getOwnPropertyNames(globalThis).sort();
    const bus = create();
    await bus.ready;
    bus.publish('a');
    assert.deepEqual(Object.getOwnPropertyNames(globalThis).sort(), before);
  });

  for (const [what, reason, source, says] of [
    ['missing', 'fetch', () => new Response('no', { status: 404, statusText: 'Not Found' }), /404.*createBus\(\{ wasm \}\)/],
    ['a page instead of the file', 'mime', () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }), /text\/html.*application\/wasm/],
    ['truncated', 'compile', async () => new Response((await bytes(wasm)).slice(0, 100_000), { headers: { 'Content-Type': 'application/wasm' } }), /compiled/],
    ['truncated, without its type', 'compile', async () => new Response((await bytes(wasm)).slice(0, 100_000)), /truncated/],
    ['of another Go version', 'version', async () => new Response(await otherVersion(wasm), { headers: { 'Content-Type': 'application/wasm' } }), /go9\.99.*go1\.\d+/],
  ]) {
    test(`a wasm file that is ${what}: ready rejects, plain topics work, and a later attempt succeeds`, async () => {
      const quiet = silence();
      try {
        const sources = [source, source, () => wasm];
        const bus = create({ wasm: () => sources.length > 1 ? sources.shift()() : wasm });
        const seen = [];
        bus.subscribe('a', (data) => seen.push(data));
        for (let attempt = 0; attempt < 2; attempt++) {
          const error = await bus.ready.then(() => assert.fail('ready'), (error) => error);
          assert.equal(error.code, 'TB_UNAVAILABLE');
          assert.equal(error.reason, reason, error.message);
          assert.match(error.message, says);
          bus.publish('a', attempt);
        }
        await bus.ready;
        bus.publish('a', 2);
        assert.deepEqual(seen, [0, 1, 2]);
      } finally {
        quiet();
      }
    });
  }

  test('close while Go is loading ends the attempt', async () => {
    const bus = create();
    const { ready } = bus;
    await bus.close();
    const error = await ready.then(() => assert.fail('ready'), (error) => error);
    assert.deepEqual([error.code, error.reason], ['TB_UNAVAILABLE', 'closed']);
  });

  test('two buses load at the same time', async () => {
    const buses = [create(), create({ wasm: component }), create()];
    await Promise.all(buses.map((bus) => bus.ready));
    for (const bus of buses) assert.isAbove(bus.stats().memory, 0);
  });
}

async function bytes(url) {
  if (url.protocol !== 'file:') return new Uint8Array(await (await fetch(url)).arrayBuffer());
  const { readFile } = await import('node:fs/promises');
  return new Uint8Array(await readFile(url));
}

/** The same program, said to be built by another Go. */
async function otherVersion(url) {
  const program = await bytes(url), mark = new TextEncoder().encode('go1.');
  const producers = new TextEncoder().encode('producers');
  const find = (what, from) => {
    for (let i = from; i < program.length; i++) if (what.every((byte, j) => program[i + j] === byte)) return i;
    throw new Error('not found');
  };
  for (let at = find(producers, 0); ;) {
    at = find(mark, at);
    program.set(new TextEncoder().encode('go9.99'), at);
    try {
      find(mark, at + 1);
    } catch {
      return program;
    }
  }
}
