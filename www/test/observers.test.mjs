import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import * as core from '../../dist/core.js';
import { cloudevents } from '../../dist/cloudevents.js';
import { inspection } from '../../dist/inspection.js';
import { keeping } from '../../dist/keeping.js';
import { policies } from '../../dist/policies.js';
import { requests } from '../../dist/requests.js';
import { schemas } from '../../dist/schemas.js';
import * as kit from '../../dist/testing.js';
import mitt from '../../dist/mitt.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { observedPrograms } from './suites/observed-programs.mjs';
import { observers, observersOfGo, observersOfPolicies } from './suites/observers.mjs';

const component = new URL('../../build/test/component.wasm', import.meta.url);
let made = [];
const create = (of, options) => made[made.push(of.createBus(options)) - 1];
const ready = async (bus) => {
  await bus.ready;
  return bus;
};
const features = [requests(), policies(), keeping(), schemas(), cloudevents(), inspection()];
const modes = {
  'provisional': async (options) => create(trolleybus, { start: 'demand', ...options }),
  'with Go': (options) => ready(create(trolleybus, options)),
  'with components in Go': (options) => ready(create(trolleybus, { wasm: component, ...options })),
  'on the core with all features': (options) => ready(create(core, { wasm: component, features, ...options })),
};

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

for (const [mode, make] of Object.entries(modes)) {
  describe(`observers ${mode}`, () => {
    observers(test, assert, make, kit);
    observedPrograms(test, assert, make, { ...kit, mitt, rounds: mode === 'provisional' ? 40 : 8 });
    if (mode !== 'provisional') observersOfPolicies(test, assert, make, kit);
    if (/components|core/.test(mode)) observersOfGo(test, assert, make, kit);
  });
}
