import { readFile } from 'node:fs/promises';
import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import * as kit from '../../dist/testing.js';
import { inner } from '../../dist/inner.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { callsOf } from './options.mjs';
import { everyArgument } from './suites/arguments.mjs';
import { refusals } from './suites/refusals.mjs';
import { everyResult } from './suites/results.mjs';

const component = new URL('../../build/test/component.wasm', import.meta.url);
const table = callsOf(JSON.parse(await readFile(new URL('../../bus/options.json', import.meta.url), 'utf8')));
let made = [];

function create(options) {
  const bus = trolleybus.createBus(options);
  made.push(bus);
  return bus;
}

async function make(options) {
  const bus = create({ wasm: component, ...options });
  await bus.ready;
  return bus;
}

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

describe('arguments', () => everyArgument(test, assert, { create, component, table, trolleybus, inner, ...kit }));

describe('results', () => everyResult(test, assert, { make, create, component, trolleybus, ...kit }));

describe('refusals', () => refusals(test, assert, make, kit));
