// Tests of components run where a page's globals are missing, or come after the import.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { entries, peers } from '../tools/entries.mjs';
import { createBus } from '../../dist/trolleybus.js';

const run = promisify(execFile);
const MISSING = ['TextEncoder', 'TextDecoder', 'crypto', 'queueMicrotask', 'performance', 'structuredClone', 'MessageChannel', 'AbortController', 'AbortSignal', 'DOMException', 'CustomEvent', 'WebAssembly', 'fetch', 'Response', 'ReadableStream', 'TransformStream', 'reportError', 'btoa', 'atob'];
const www = fileURLToPath(new URL('..', import.meta.url));
const names = ['trolleybus', 'trolleybus/iife', ...entries.map(({ name }) => `trolleybus/${name}`)];

// The frameworks are there before: what they need is theirs.
test('importing any entry needs none of the globals that it uses later, and plain topics and facades need none at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imports-')), project = join(folder, 'project');
  await mkdir(join(project, 'node_modules'), { recursive: true });
  await symlink(join(www, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(www, '..', 'dist'), join(project, 'node_modules', 'trolleybus'));
  const script = `
    for (const name of ${JSON.stringify(Object.keys(peers))}) await import(name);
    const missing = ${JSON.stringify(MISSING)};
    for (const name of missing) delete globalThis[name];
    const left = missing.filter((name) => name in globalThis);
    const imported = [];
    for (const name of ${JSON.stringify(names)}) await import(name).then(() => imported.push(name));
    const { createBus } = await import('trolleybus');
    const bus = createBus({ start: 'demand' }), got = [];
    bus.subscribe('order.*', (data, { topic }) => got.push([topic, data]));
    bus.publish('order.placed', 1);
    const { default: mitt } = await import('trolleybus/mitt'), { default: EventEmitter } = await import('trolleybus/events');
    const long = 'é'.repeat(300), heard = [];
    const emitter = mitt(undefined, { bus });
    emitter.on(long, (data) => heard.push(data));
    emitter.emit(long, 1);
    new EventEmitter({ bus }).on(long, (data) => heard.push(data)).emit(long, 2);
    console.log(JSON.stringify([left, imported, got, heard]));`;
  try {
    const { stdout } = await run(process.execPath, ['--preserve-symlinks', '--input-type=module', '--eval', script], { cwd: project });
    assert.deepEqual(JSON.parse(stdout), [[], names, [['order.placed', 1]], [1, 2]]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a JSON Schema that is made before the package is imported is checked when it is first used', async () => {
  const script = `
    const { jsonSchema } = await import('./build/test/validators.js');
    const made = [jsonSchema({ type: 'number' }), jsonSchema(7), jsonSchema({}, { draft: '5' })];
    const { createBus, OptionError } = await import('./dist/trolleybus.js');
    const bus = createBus({ start: 'demand' });
    const says = made.map((schema, i) => { try { return bus.topic('t.' + i, { schema }).name; } catch (error) { return error instanceof OptionError && error.message; } });
    console.log(JSON.stringify(says));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: join(www, '..') });
  assert.deepEqual(JSON.parse(stdout), ['t.0', 'jsonSchema schema: expected a JSON Schema, got 7', "jsonSchema option draft: expected '4' or '7' or '2019-09' or '2020-12', got \"5\""]);
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
