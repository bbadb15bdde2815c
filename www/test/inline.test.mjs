import { afterEach, describe, test } from 'node:test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import * as inline from '../../dist/inline.js';
import * as trolleybus from '../../dist/trolleybus.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const made = [];
const create = (options) => made[made.push(inline.createBus(options)) - 1];
afterEach(() => Promise.all(made.splice(0).map((bus) => bus.close())));

describe('trolleybus/inline', () => {
  test('has what the package has', () => {
    assert.sameMembers(Object.keys(inline), Object.keys(trolleybus));
    assert.equal(inline.TopicError, trolleybus.TopicError);
  });

  test('needs no file but scripts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inline-'));
    try {
      for (const name of (await readdir(dist)).filter((name) => /\.js$|^package/.test(name))) await cp(join(dist, name), join(folder, name));
      const code = `import { createBus } from ${JSON.stringify(pathToFileURL(join(folder, 'inline.js')))};
        const bus = createBus();
        await bus.ready;
        console.log(bus.stats().memory > 0);
        await bus.close();`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
      assert.equal(stdout, 'true\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('serves plain topics from the first line, and Go later', async () => {
    const bus = create();
    const seen = [];
    bus.subscribe('a.*', (data) => seen.push(data));
    bus.publish('a.b', 1);
    assert.deepEqual(seen, [1]);
    await bus.ready;
    bus.publish('a.b', 2);
    assert.deepEqual(seen, [1, 2]);
  });

  test('lets `wasm` name another program', async () => {
    const bus = create({ start: 'demand', wasm: new Uint8Array(8) });
    const error = await bus.ready.then(() => undefined, (error) => error);
    assert.equal(error.reason, 'mime');
    assert.isAbove(await create({ wasm: undefined }).ready.then(() => 1), 0);
  });

  test('is the bus of the page for all who ask for it later', async () => {
    const bus = inline.pageBus();
    made.push(bus);
    assert.equal(trolleybus.pageBus(), bus);
    assert.equal(inline.pageBus(), bus);
    await bus.ready;
  });
});

describe('integrity', () => {
  const sum = async (name) => `sha384-${createHash('sha384').update(await readFile(join(dist, name))).digest('base64')}`;

  for (const [name, source] of Object.entries({
    'a file': async () => pathToFileURL(join(dist, 'trolleybus.wasm')),
    bytes: () => readFile(join(dist, 'trolleybus.wasm')),
    'a response': async () => new Response(await readFile(join(dist, 'trolleybus.wasm')), { headers: { 'Content-Type': 'application/wasm' } }),
    'the module': async () => undefined,
  })) {
    test(`of ${name} is honoured`, async () => {
      const right = create({ start: 'demand', wasm: await source(), integrity: await sum('trolleybus.wasm') });
      await right.ready;
      const wrong = create({ start: 'demand', wasm: await source(), integrity: await sum('trolleybus.js') });
      const seen = [];
      wrong.subscribe('plain', (data) => seen.push(data));
      const error = await wrong.ready.then(() => undefined, (error) => error);
      assert.deepInclude(error, { code: 'TB_UNAVAILABLE', reason: 'integrity' });
      wrong.publish('plain', 1);
      assert.deepEqual(seen, [1]);
    });
  }
});
