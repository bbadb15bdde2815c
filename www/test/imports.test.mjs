// Tests of components run where a page's globals are missing, or come after the import.
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { entries } from '../tools/entries.mjs';
import { createBus } from '../../dist/trolleybus.js';

const run = promisify(execFile);
const MISSING = ['TextEncoder', 'TextDecoder', 'crypto', 'queueMicrotask', 'performance', 'structuredClone', 'MessageChannel', 'AbortController', 'AbortSignal', 'DOMException', 'CustomEvent', 'WebAssembly', 'fetch', 'Response', 'ReadableStream', 'TransformStream', 'reportError', 'btoa', 'atob'];
const files = ['trolleybus', 'trolleybus.iife', ...entries.filter(({ peers }) => peers === undefined).map(({ name }) => name)].map((name) => new URL(`../../dist/${name}.js`, import.meta.url).href);

test('importing any entry needs none of the globals that it uses later, and plain topics need none at all', async () => {
  const script = `
    const missing = ${JSON.stringify(MISSING)};
    for (const name of missing) delete globalThis[name];
    const left = missing.filter((name) => name in globalThis);
    for (const file of ${JSON.stringify(files)}) await import(file);
    const { createBus } = await import(${JSON.stringify(files[0])});
    const bus = createBus({ start: 'demand' }), got = [];
    bus.subscribe('order.*', (data, { topic }) => got.push([topic, data]));
    bus.publish('order.placed', 1);
    console.log(JSON.stringify([left, got]));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  assert.deepEqual(JSON.parse(stdout), [[], [['order.placed', 1]]]);
});

test('a bridge starts the port that it takes messages from', async () => {
  const bus = createBus({ start: 'demand' });
  const { port1, port2 } = new MessageChannel();
  const got = new Promise((resolve) => bus.subscribe('told', resolve));
  port1.postMessage('early');
  bus.bridge(port2, { from: { message: { topic: 'told', payload: ({ data }) => data } } });
  assert.equal(await got, 'early');
  port1.close();
  await bus.close();
});
