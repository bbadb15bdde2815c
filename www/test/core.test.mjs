import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { cloudevents } from '../../dist/cloudevents.js';
import * as core from '../../dist/core.js';
import { optionsOfFeatures } from '../../dist/kernel.js';
import { inspection } from '../../dist/inspection.js';
import { keeping } from '../../dist/keeping.js';
import mitt from '../../dist/mitt.js';
import { policies } from '../../dist/policies.js';
import { requests } from '../../dist/requests.js';
import { schemas } from '../../dist/schemas.js';
import * as kit from '../../dist/testing.js';
import * as full from '../../dist/trolleybus.js';
import { api } from './suites/api.mjs';
import { contract } from './suites/contract.mjs';
import { core as coreSuite } from './suites/core.mjs';
import { failures } from './suites/failures.mjs';
import { replay } from './suites/replay.mjs';
import { requests as requestsSuite } from './suites/requests.mjs';

const features = { requests, policies, keeping, schemas, cloudevents, inspection };
const component = new URL('../../build/test/component.wasm', import.meta.url);
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
let made = [];

function create(options) {
  const bus = core.createBus(options);
  made.push(bus);
  return bus;
}

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

test('the options that a core bus knows to be of features are those of the table', async () => {
  const table = JSON.parse(await readFile(new URL('../../bus/options.json', import.meta.url), 'utf8'));
  for (const call of ['subscribe', 'events', 'publish', 'topic']) {
    const names = ['policies', 'keeping', 'schemas', 'cloudevents'].flatMap((feature) => Object.keys(table[feature][call] ?? {}));
    assert.isNotEmpty(names);
    assert.sameMembers(Object.keys(optionsOfFeatures(call)), names, call);
  }
});

describe('trolleybus/core', () => coreSuite(test, assert, { core, features, full, create, component, mitt, ...kit }));

const given = () => Object.values(features).map((feature) => feature()).reverse();
for (const [mode, make] of Object.entries({
  'the core with all features': async (options) => create({ start: 'demand', features: given(), ...options }),
  'the core with all features and components in Go': async (options) => {
    const bus = create({ wasm: component, features: given(), ...options });
    await bus.ready;
    return bus;
  },
})) {
  describe(mode, () => {
    contract(test, assert, make);
    failures(test, assert, make, { ...kit, trolleybus: full });
    api(test, assert, make, full);
    requestsSuite(test, assert, make, full);
    replay(test, assert, make);
  });
}

describe('what runs Go', () => {
  /** Runs a program with a copy of the package beside it, without some of its files. */
  async function run(source, without = []) {
    const folder = await mkdtemp(join(tmpdir(), 'core-'));
    try {
      for (const name of (await readdir(dist)).filter((name) => /\.(js|wasm)$|^package/.test(name) && !without.includes(name))) await cp(join(dist, name), join(folder, name));
      await writeFile(join(folder, 'program.mjs'), source);
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')]);
      return stdout.trim();
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('is loaded when it is needed, and not before', async () => {
    assert.equal(await run(`import { createBus } from './core.js';
      const bus = createBus({ start: 'demand' }), seen = [];
      bus.subscribe('a', (data) => seen.push(data));
      bus.publish('a', 1);
      await bus.close();
      console.log(seen.join());`, ['go-side.js', 'payload.js', 'go.js']), '1');
    assert.equal(await run(`import { createBus } from './core.js';
      const bus = createBus({ start: 'demand' });
      await bus.ready;
      await bus.close();
      console.log('up');`), 'up');
  });

  test('that cannot be loaded is a typed error, which says what to do; plain topics go on, and the next call tries again', async () => {
    const [first, second, plain, policy] = JSON.parse(await run(`import { createBus } from './core.js';
      import { policies } from './policies.js';
      import { requests } from './requests.js';
      console.warn = console.error = () => {};
      const failures = [], bus = createBus({ start: 'demand', features: [policies(), requests()], onError: ({ error }) => failures.push(error.code) }), seen = [];
      bus.subscribe('a', (data) => seen.push(data));
      bus.subscribe('b', () => {}, { retry: {} });
      bus.publish('b', 1);
      const told = [];
      for (let i = 0; i < 2; i++) await bus.ready.catch((error) => told.push([error.code, error.reason, /import 'trolleybus\\/go'/.test(error.message)]));
      bus.publish('a', 1);
      let refused;
      try { bus.subscribe('b', () => {}, { retry: {} }); } catch ({ code }) { refused = code; }
      await bus.close();
      console.log(JSON.stringify([...told, seen, [refused, ...failures]]));`, ['go-side.js']));
    assert.deepEqual(first, ['TB_UNAVAILABLE', 'fetch', true]);
    assert.deepEqual(second, first);
    assert.deepEqual(plain, [1]);
    assert.deepEqual(policy, ['TB_UNAVAILABLE', 'TB_UNAVAILABLE']);
  });

  test('comes with trolleybus/go, for places that load nothing later', async () => {
    assert.equal(await run(`import { createBus } from './core.js';
      import './go.js';
      import { rm } from 'node:fs/promises';
      await rm(new URL('go-side.js', import.meta.url));
      const bus = createBus({ start: 'demand' });
      await bus.ready;
      await bus.close();
      console.log('up');`), 'up');
  });

  test('has to be there for a program that another loader runs', async () => {
    assert.equal(await run(`import { createBus } from './core.js';
      try { createBus({ wasm: { go: {}, instance: {} } }); } catch ({ code, message }) { console.log(code, /import 'trolleybus\\/go'/.test(message)); }`), 'TB_OPTION true');
  });

  test('of a bus that was closed while it was being loaded is never made', async () => {
    assert.equal(await run(`import { createBus } from './core.js';
      const bus = createBus({ start: 'demand' }), { ready } = bus;
      await bus.close();
      console.log(await ready.then(() => 'up', ({ code, reason }) => code + ' ' + reason));`), 'TB_UNAVAILABLE closed');
  });
});
