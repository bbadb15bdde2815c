import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { assert } from 'chai';
import * as kit from '../../dist/testing.js';
import * as trolleybus from '../../dist/trolleybus.js';
import { api } from './suites/api.mjs';
import { cloudeventTexts } from './suites/cloudevent-texts.mjs';
import { cloudeventVectors, cloudevents } from './suites/cloudevents.mjs';
import { contract } from './suites/contract.mjs';
import { ended } from './suites/ended.mjs';
import { failures } from './suites/failures.mjs';
import { replay } from './suites/replay.mjs';
import { requests } from './suites/requests.mjs';
import { signals } from './suites/signals.mjs';
import { stack } from './suites/stack.mjs';
import { target } from './suites/target.mjs';

const vectors = JSON.parse(await readFile(new URL('../../bus/cloudevents/testdata/events.json', import.meta.url), 'utf8'));
const component = new URL('../../build/test/component.wasm', import.meta.url);
const modes = {
  'provisional': async (options) => trolleybus.createBus({ start: 'demand', ...options }),
  'with Go': async (options) => ready(trolleybus.createBus(options)),
  'with components in Go': async (options) => ready(trolleybus.createBus({ wasm: component, ...options })),
};

async function ready(bus) {
  await bus.ready;
  return bus;
}

for (const [mode, make] of Object.entries(modes)) {
  describe(mode, () => {
    const made = [];
    const making = async (options) => {
      const bus = await make(options);
      made.push(bus);
      return bus;
    };
    after(() => Promise.all(made.map((bus) => bus.close())));
    contract(test, assert, making);
    failures(test, assert, making, { ...kit, trolleybus });
    ended(test, assert, making, kit);
    api(test, assert, making, trolleybus);
    requests(test, assert, making, trolleybus);
    replay(test, assert, making);
    signals(test, assert, making);
    if (mode !== 'with components in Go') stack(test, assert, making);
    target(test, assert, making, trolleybus);
    cloudevents(test, assert, making, trolleybus);
    cloudeventVectors(test, assert, making, trolleybus, vectors);
  });
}

describe('CloudEvents', () => cloudeventTexts(test, assert, trolleybus));
