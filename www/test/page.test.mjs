import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assert } from 'chai';
import { pageBus, version } from '../../dist/trolleybus.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'page-'));
after(() => rm(folder, { recursive: true }));

/** Another copy of the package, as of another version. */
async function copy(as) {
  const path = join(folder, `${as}-${Math.random()}`);
  await cp(dist, path, { recursive: true, filter: (name) => !/\.(wasm|map|ts)$|inline/.test(name) });
  const kernel = join(path, 'kernel.js'), text = await readFile(kernel, 'utf8');
  assert.include(text, `"${version}"`);
  await writeFile(kernel, text.replaceAll(`"${version}"`, `"${as}"`));
  return import(pathToFileURL(join(path, 'trolleybus.js')));
}

let warnings, warn;
beforeEach(() => {
  warnings = [];
  warn = console.warn;
  console.warn = (text) => warnings.push(text);
});
afterEach(async () => {
  console.warn = warn;
  await pageBus().close();
});

describe('pageBus', () => {
  test('is the same bus for every caller', () => {
    assert.equal(pageBus(), pageBus());
    assert.deepEqual(warnings, []);
  });

  test('is made with the options of the first call, and says so to a later one that asks for others', () => {
    const bus = pageBus({ name: 'page' });
    assert.equal(pageBus({ name: 'page' }).name, 'page');
    assert.deepEqual(warnings, []);
    assert.equal(pageBus({ name: 'other', dev: true }), bus);
    assert.lengthOf(warnings, 1);
    assert.include(warnings[0], 'name, dev of pageBus() changed nothing');
  });

  test('is made anew after it was closed', async () => {
    const first = pageBus();
    await first.close();
    const second = pageBus();
    assert.notEqual(second, first);
    await first.close();
    assert.equal(pageBus(), second);
  });

  test('is shared by two copies of one version', async () => {
    const { pageBus: other } = await copy(version);
    const seen = [];
    pageBus().subscribe('a', (data) => seen.push(data));
    other().publish('a', 1);
    assert.deepEqual(seen, [1]);
    assert.deepEqual(warnings, []);
  });

  test('is shared by versions that understand each other', async () => {
    const [major, minor] = version.split('.');
    const { pageBus: other } = await copy(`${major}.${minor}.99`);
    assert.equal(other(), pageBus());
    assert.deepEqual(warnings, []);
  });

  test('is not shared with a version that differs too much: one warning names both', async () => {
    const { pageBus: other } = await copy('7.0.0');
    const bus = pageBus();
    assert.notEqual(other(), bus);
    assert.equal(other(), other());
    assert.lengthOf(warnings, 1);
    assert.match(warnings[0], new RegExp(`${version.replaceAll('.', '\\.')} and 7\\.0\\.0`));
    await other().close();
  });

  test('does not load Go on a server before ready is read', async () => {
    let loads = 0;
    const wasm = () => {
      loads++;
      throw new Error('loaded');
    };
    const bus = pageBus({ wasm });
    bus.publish('a');
    await new Promise(setImmediate);
    assert.equal(loads, 0);
    await bus.ready.catch(() => {});
    assert.equal(loads, 1);
  });
});
