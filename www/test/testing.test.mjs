import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import * as kit from '../../dist/testing.js';
import { testing } from './suites/testing.mjs';

const component = new URL('../../build/test/component.wasm', import.meta.url);
let made = [];

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

describe('the test kit', () => testing(test, assert, async (options) => {
  const bus = kit.createTestBus({ wasm: component, ...options });
  made.push(bus);
  await bus.ready;
  return bus;
}, kit));
