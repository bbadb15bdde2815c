// Runs the suites of the adapters in a page; the Go test beside package browser reads `results`.
import { assert } from 'chai';
import { createBus } from 'trolleybus';
import { ofAngular } from './angular.mjs';
import { everyArgument } from './arguments.mjs';
import * as drivers from './drivers.mjs';
import { lit, ofLit } from './lit.mjs';
import { react } from './react.mjs';
import { ofRxjs } from './rxjs.mjs';
import { shared } from './shared.mjs';
import { solid } from './solid.mjs';
import { svelte } from './svelte-driver.mjs';
import { ofSvelte } from './svelte.mjs';
import { ofVue } from './vue.mjs';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const tests = [];
let made = [];

function make(options) {
  const bus = createBus({ start: 'demand', ...options });
  made.push(bus);
  return bus;
}

/** What was written to the console as an error or a warning; a test that expects some takes it out. */
const written = { errors: [] };
for (const level of ['error', 'warn']) console[level] = (...args) => void (/^Lit is in dev mode/.test(args[0]) || written.errors.push(args));

const suite = (prefix) => (name, run) => tests.push({ name: `${prefix}: ${name}`, run });
for (const [name, driver] of Object.entries({ ...drivers, svelte, lit })) {
  if ('show' in driver) shared(suite(name), assert, make, driver, written);
}
react(suite('react'), assert, make, written);
solid(suite('solid'), assert, make);
ofVue(suite('vue'), assert, make);
ofSvelte(suite('svelte'), assert, make);
ofLit(suite('lit'), assert, make);
ofRxjs(suite('rxjs'), assert, make);
ofAngular(suite('angular'), assert, make);
everyArgument(suite, assert, make, written);

const results = [];
for (const { name, run } of tests) {
  try {
    await run();
    assert.deepEqual(written.errors.map(String), [], 'on the console');
    assert.lengthOf(document.querySelectorAll('ul'), 0, 'the test leaves nothing in the page');
    results.push({ name, error: '' });
  } catch (error) {
    results.push({ name, error: error?.stack ?? String(error) });
    document.body.replaceChildren();
  }
  written.errors.length = 0;
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
}
globalThis.results = results;
