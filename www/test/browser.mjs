// Runs the suites in a page; the Go test beside package browser reads `results`.
import { assert } from '/chai/index.js';
import { start } from '/dist/html.js';
import { cloudevents as cloudeventsFeature } from '/dist/cloudevents.js';
import * as core from '/dist/core.js';
import * as events from '/dist/events.js';
import { inspection } from '/dist/inspection.js';
import { keeping } from '/dist/keeping.js';
import mitt from '/dist/mitt.js';
import { policies as policiesFeature } from '/dist/policies.js';
import { requests as requestsFeature } from '/dist/requests.js';
import { schemas as schemasFeature } from '/dist/schemas.js';
import * as kit from '/dist/testing.js';
import { inner } from '/dist/inner.js';
import * as trolleybus from '/dist/trolleybus.js';
import * as validators from '/validators.js';
import { callsOf } from './options.mjs';
import { admission } from './suites/admission.mjs';
import { api } from './suites/api.mjs';
import { clobbering } from './suites/clobbering.mjs';
import { apart } from './suites/apart.mjs';
import { everyArgument } from './suites/arguments.mjs';
import { channelBridges } from './suites/channels.mjs';
import { cloudeventTexts } from './suites/cloudevent-texts.mjs';
import { cloudeventVectors, cloudevents } from './suites/cloudevents.mjs';
import { contract } from './suites/contract.mjs';
import { core as coreSuite } from './suites/core.mjs';
import { dedupeStore } from './suites/dedupe-store.mjs';
import { dom } from './suites/dom.mjs';
import { ENDINGS, ended, endedPolicies } from './suites/ended.mjs';
import { eventsFacade } from './suites/events.mjs';
import { failures, isolation } from './suites/failures.mjs';
import { go } from './suites/go.mjs';
import { flow } from './suites/flow.mjs';
import { goRequests } from './suites/go-requests.mjs';
import { html } from './suites/html.mjs';
import { handover } from './suites/handover.mjs';
import { letters, lettersOutage } from './suites/letters.mjs';
import { meddling } from './suites/meddling.mjs';
import { loading } from './suites/loading.mjs';
import { mittFacade } from './suites/mitt.mjs';
import { payloads } from './suites/payload.mjs';
import { observedPrograms } from './suites/observed-programs.mjs';
import { observers, observersOfGo, observersOfPolicies } from './suites/observers.mjs';
import { outage } from './suites/outage.mjs';
import { policies } from './suites/policies.mjs';
import { realms } from './suites/realms.mjs';
import { replay, replayHandover } from './suites/replay.mjs';
import { kills } from './suites/kills.mjs';
import { requests } from './suites/requests.mjs';
import { schemaInGo } from './suites/schema-go.mjs';
import { refusals } from './suites/refusals.mjs';
import { everyResult } from './suites/results.mjs';
import { schema } from './suites/schema.mjs';
import { signals } from './suites/signals.mjs';
import { stack } from './suites/stack.mjs';
import { strangers } from './suites/strangers.mjs';
import { target } from './suites/target.mjs';
import { testing } from './suites/testing.mjs';

const { createBus } = trolleybus;
const table = callsOf(await (await fetch('/options/options.json')).json());
const vectors = await (await fetch('/vectors/events.json')).json();
const wasm = new URL('/dist/trolleybus.wasm', location.href);
const component = new URL('/component.wasm', location.href);
const tests = [];
let made = [];

function create(options) {
  const bus = createBus(options);
  made.push(bus);
  return bus;
}

async function ready(bus) {
  await bus.ready;
  return bus;
}

const endings = { ...ENDINGS, 'the removal of its owner': (bus, pattern, handler, options) => {
  const owner = document.body.appendChild(document.createElement('div'));
  bus.subscribe(pattern, handler, { ...options, owner });
  return () => {
    owner.remove();
    return kit.settled();
  };
} };

const suite = (prefix) => (name, run) => tests.push({ name: `${prefix}: ${name}`, run });
// Compiled once: for some engines that is most of what a bus takes.
const [compiled, compiledComponent] = await Promise.all([wasm, component].map((url) => WebAssembly.compileStreaming(fetch(url))));
for (const [mode, make] of Object.entries({
  'provisional': async (options) => create({ start: 'demand', ...options }),
  'with Go': (options) => ready(create({ wasm: compiled, ...options })),
  'with components in Go': (options) => ready(create({ wasm: compiledComponent, ...options })),
})) {
  contract(suite(mode), assert, make);
  failures(suite(mode), assert, make, { ...kit, trolleybus });
  ended(suite(mode), assert, make, kit, endings);
  api(suite(mode), assert, make, trolleybus);
  requests(suite(mode), assert, make, trolleybus);
  signals(suite(mode), assert, make);
  observers(suite(mode), assert, make, kit);
  observedPrograms(suite(mode), assert, make, { ...kit, mitt, rounds: mode === 'provisional' ? 40 : 10 });
  replay(suite(mode), assert, make);
  target(suite(mode), assert, make, trolleybus);
  cloudevents(suite(mode), assert, make, trolleybus);
  cloudeventVectors(suite(mode), assert, make, trolleybus, vectors);
  dom(suite(mode), assert, make);
  html(suite(mode), assert, make, start);
  mittFacade(suite(mode), assert, make, mitt);
  eventsFacade(suite(mode), assert, make, events);
  schema(suite(mode), assert, make, trolleybus, validators);
  admission(suite(mode), assert, make, { trolleybus, mitt, events, go: mode === 'with components in Go' });
}
const features = { requests: requestsFeature, policies: policiesFeature, keeping, schemas: schemasFeature, cloudevents: cloudeventsFeature, inspection };
const ofCore = (options) => made[made.push(core.createBus(options)) - 1];
coreSuite(suite('core'), assert, { core, features, full: trolleybus, create: ofCore, component: compiledComponent, mitt, ...kit });
const onCore = (options) => ready(ofCore({ wasm: compiledComponent, features: Object.values(features).map((feature) => feature()), ...options }));
contract(suite('core with components in Go'), assert, onCore);
requests(suite('core with components in Go'), assert, onCore, trolleybus);
cloudeventTexts(suite('CloudEvents'), assert, trolleybus);
clobbering(suite('forms'), assert, async (options) => create({ start: 'demand', ...options }), start);
const withComponents = (options) => ready(create({ wasm: compiledComponent, ...options }));
observersOfPolicies(suite('with Go'), assert, (options) => ready(create({ wasm: compiled, ...options })), kit);
observersOfPolicies(suite('with components in Go'), assert, withComponents, kit);
observersOfGo(suite('with components in Go'), assert, withComponents, kit);
go(suite('components in Go'), assert, withComponents);
goRequests(suite('components in Go'), assert, withComponents, create, component);
payloads(suite('components in Go'), assert, withComponents);
channelBridges(suite('channels'), assert, async (options) => create({ start: 'demand', ...options }), new URL('/echo', location.href.replace('http', 'ws')));
realms(suite('frames'), assert, async (options) => create({ start: 'demand', ...options }), start);
isolation(suite('components in Go'), assert, withComponents, kit);
meddling(suite('components in Go'), assert, withComponents, kit);
strangers(suite('strangers'), assert, { make: withComponents, trolleybus, mitt });
testing(suite('the test kit'), assert, async (options) => {
  const bus = kit.createTestBus({ wasm: compiledComponent, ...options });
  made.push(bus);
  return ready(bus);
}, kit);
for (const [mode, program] of Object.entries({ 'with Go': undefined, 'with components in Go': compiledComponent })) {
  const make = (options) => ready(create(program === undefined ? options : { wasm: program, ...options }));
  policies(suite(`policies ${mode}`), assert, make, { ...kit, trolleybus });
  flow(suite(`policies ${mode}`), assert, make, kit);
  letters(suite(`policies ${mode}`), assert, make, kit);
  endedPolicies(suite(`policies ${mode}`), assert, make, kit, endings);
}
lettersOutage(suite('policies'), assert, { create, component, ...kit });
loading(suite('loads'), assert, { create, wasm, component, program: new Uint8Array(await (await fetch(wasm)).arrayBuffer()), trolleybus });
outage(suite('policies'), assert, { create, wasm, component, ...kit });
dedupeStore(suite('dedupe.store'), assert, { create, wasm, component, ...kit, trolleybus });
schemaInGo(suite('schemas in Go'), assert, { make: withComponents, create: (options) => create({ wasm: component, ...options }), trolleybus }, validators);
everyArgument(suite('arguments'), assert, { create, component, table, trolleybus, inner, ...kit });
apart(suite('apart'), assert, { create, table, mitt, events, trolleybus, jsonSchema: validators.jsonSchema, kit });
everyResult(suite('results'), assert, { make: withComponents, create, trolleybus, ...kit });
refusals(suite('refusals'), assert, withComponents, kit);
stack(suite('provisional'), assert, async (options) => create({ start: 'demand', ...options }));
handover(suite('hand-over'), assert, { create, wasm, component });
kills(suite('hand-over'), assert, { create, component }, (total) => Array.from({ length: 5 }, (_, i) => 1 + (i * 37) % total));
replayHandover(suite('hand-over'), assert, { create, component });

const results = [];
const only = new RegExp(new URLSearchParams(location.search).get('only') ?? '');
for (const { name, run } of tests) {
  if (!only.test(name)) continue;
  console.debug(name); // for who reads why it hangs
  const began = performance.now();
  const pass = (error) => results.push({ name, error, ms: Math.round(performance.now() - began) });
  try {
    await run();
    pass('');
  } catch (error) {
    const text = String(error), stack = error?.stack ?? '';
    pass(stack.includes(text) ? stack : `${text}\n${stack}`); // V8's stacks begin with the message
  }
  await Promise.all(made.map((bus) => bus.close()));
  made = [];
}
globalThis.results = results;
