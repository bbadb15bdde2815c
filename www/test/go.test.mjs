import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import mitt from '../../dist/mitt.js';
import * as kit from '../../dist/testing.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { isolation } from './suites/failures.mjs';
import { go } from './suites/go.mjs';
import { goRequests } from './suites/go-requests.mjs';
import { payloads } from './suites/payload.mjs';
import { handover } from './suites/handover.mjs';
import { replayHandover } from './suites/replay.mjs';
import { meddling } from './suites/meddling.mjs';
import { strangers } from './suites/strangers.mjs';

const wasm = new URL('../../dist/trolleybus.wasm', import.meta.url);
const component = new URL('../../build/test/component.wasm', import.meta.url);
let made = [];

function create(options) {
  const bus = trolleybus.createBus(options);
  made.push(bus);
  return bus;
}

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

describe('components in Go', () => {
  const make = async (options) => {
    const bus = create({ wasm: component, ...options });
    await bus.ready;
    return bus;
  };
  go(test, assert, make);
  goRequests(test, assert, make, create, component);
  payloads(test, assert, make);
  strangers(test, assert, { make, trolleybus, mitt });
  isolation(test, assert, make, kit);
  meddling(test, assert, make, kit);
});

describe('hand-over', () => {
  handover(test, assert, { create, wasm, component });
  replayHandover(test, assert, { create, component });
});
