import { afterEach, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';
import { kills } from './suites/kills.mjs';

// Compiled once: it is started hundreds of times.
const component = await WebAssembly.compile(await readFile(new URL('../../build/test/component.wasm', import.meta.url)));
let made = [];

afterEach(async () => {
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
});

function create(options) {
  const bus = createBus(options);
  made.push(bus);
  return bus;
}

// Some crossings, other ones in each run; all of them with SOAK=1 (make soak).
const STRIDE = process.env.SOAK ? 1 : 16, from = Math.floor(Math.random() * STRIDE);
kills(test, assert, { create, component }, (total) => Array.from({ length: total }, (_, i) => i + 1).filter((at) => at % STRIDE === from || at <= 2));
