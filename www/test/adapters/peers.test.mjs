import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { entries } from '../../tools/entries.mjs';

const run = promisify(execFile);
const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
let folder;

// A project that has the package, and none of its peers.
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peers-'));
  await mkdir(join(folder, 'node_modules'));
  await cp(dist, join(folder, 'node_modules', 'trolleybus'), { recursive: true });
});
after(() => rm(folder, { recursive: true }));

for (const { name, peers = {} } of entries) {
  const [peer] = Object.keys(peers);
  if (peer === undefined || name === 'lit') continue; // of Lit there are types only
  test(`without ${peer} the import of trolleybus/${name} names it`, async () => {
    const error = await run(process.execPath, ['--input-type=module', '-e', `await import('trolleybus/${name}')`], { cwd: folder }).then(() => assert.fail('imported'), (error) => error);
    assert.match(error.stderr, /ERR_MODULE_NOT_FOUND/);
    assert.include(error.stderr, `'${peer.startsWith('@') ? peer.split('/').slice(0, 2).join('/') : peer}'`);
  });
}

test('the package itself needs none of them', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', "const { createBus } = await import('trolleybus'); const { default: mitt } = await import('trolleybus/mitt'); await import('trolleybus/lit'); console.log(typeof createBus, typeof mitt)"], { cwd: folder });
  assert.equal(stdout, 'function function\n');
});
