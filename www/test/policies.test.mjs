import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import * as kit from '../../dist/testing.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { endedPolicies } from './suites/ended.mjs';
import { dedupeStore } from './suites/dedupe-store.mjs';
import { flow } from './suites/flow.mjs';
import { letters, lettersOutage } from './suites/letters.mjs';
import { outage } from './suites/outage.mjs';
import { policies } from './suites/policies.mjs';

const wasm = new URL('../../dist/trolleybus.wasm', import.meta.url);
const component = new URL('../../build/test/component.wasm', import.meta.url);
let made = [];

function create(options) {
  const bus = trolleybus.createBus({ wasm, ...options });
  made.push(bus);
  return bus;
}

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

for (const [mode, program] of Object.entries({ 'with Go': wasm, 'with components in Go': component })) {
  const make = async (options) => {
    const bus = create({ wasm: program, ...options });
    await bus.ready;
    return bus;
  };
  describe(`policies ${mode}`, () => {
    policies(test, assert, make, { ...kit, trolleybus });
    flow(test, assert, make, kit);
    letters(test, assert, make, kit);
    endedPolicies(test, assert, make, kit);
  });
}

describe('policies', () => {
  outage(test, assert, { create, wasm, component, ...kit });
  lettersOutage(test, assert, { create, component, ...kit });
});

describe('dedupe.store', () => dedupeStore(test, assert, { create, wasm, component, ...kit, trolleybus }));
