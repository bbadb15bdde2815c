import { readFile } from 'node:fs/promises';
import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import * as trolleybus from '../../dist/trolleybus.js';
import { loading } from './suites/loading.mjs';

const wasm = new URL('../../dist/trolleybus.wasm', import.meta.url);
const component = new URL('../../build/test/component.wasm', import.meta.url);
const { buffer } = new Uint8Array(await readFile(wasm)); // not of a pool
const made = [];

function create(options) {
  const bus = trolleybus.createBus(options);
  made.push(bus);
  return bus;
}

afterEach(() => Promise.all(made.splice(0).map((bus) => bus.close())));

describe('loads', () => loading(test, assert, { create, wasm, component, program: new Uint8Array(buffer), trolleybus }));
