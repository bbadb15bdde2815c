import { after, describe, test } from 'node:test';
import { assert } from 'chai';
import { type } from 'arktype';
import * as trolleybus from '../../dist/trolleybus.js';
import * as validators from '../../build/test/validators.js';
import mitt from '../../dist/mitt.js';
import * as events from '../../dist/events.js';
import { admission } from './suites/admission.mjs';
import { schema } from './suites/schema.mjs';
import { schemaInGo } from './suites/schema-go.mjs';

const wasm = new URL('../../build/test/component.wasm', import.meta.url);

for (const [mode, options] of Object.entries({ 'provisional': { start: 'demand' }, 'with Go': {}, 'with components in Go': { wasm } })) {
  describe(`schemas, ${mode}`, () => {
    const made = [];
    const create = (more) => {
      const bus = trolleybus.createBus({ ...options, ...more });
      made.push(bus);
      return bus;
    };
    const make = async (more) => {
      const bus = create(more);
      if (options.start === undefined) await bus.ready;
      return bus;
    };
    after(() => Promise.all(made.map((bus) => bus.close())));
    schema(test, assert, make, trolleybus, { ...validators, type });
    admission(test, assert, make, { trolleybus, mitt, events, go: options.wasm !== undefined });
    if (options.wasm !== undefined) schemaInGo(test, assert, { make, create, trolleybus }, validators);
  });
}
