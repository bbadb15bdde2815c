// What an editor offers and refuses where a bus knows its topics: by the language service, on the declarations as they
// are shipped.
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { entries as sources } from '../tools/entries.mjs';
import { dist, entries, options, resolve, said } from './declarations.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const PROGRAM = `
import { createBus } from 'trolleybus';
import * as testing from 'trolleybus/testing';
import * as react from 'trolleybus/react';
import * as vue from 'trolleybus/vue';
import * as solid from 'trolleybus/solid';
import * as svelte from 'trolleybus/svelte';
import * as angular from 'trolleybus/angular';
import * as lit from 'trolleybus/lit';
import * as rxjs from 'trolleybus/rxjs';
interface Topics { 'order.placed': { id: string } | undefined; 'order.paid': number | undefined; 'cart.cleared': undefined }
interface Requests { 'stock.get': () => number }
declare const bus: ReturnType<typeof createBus<Topics, Requests>>;
declare const element: HTMLElement & import('lit').ReactiveControllerHost;
const f = (): any => {};
`;

const file = join(here, 'program.ts');
let text = '', version = 0;
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => name === file ? String(version) : '0',
  getScriptSnapshot: (name) => name === file ? ts.ScriptSnapshot.fromString(text) : existsSync(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8')) : undefined,
  getCurrentDirectory: () => here,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories,
  resolveModuleNameLiterals: resolve,
});

/** What is offered at a place of the program. */
function offered(at) {
  const found = service.getCompletionsAtPosition(file, at, {});
  return (found?.entries ?? []).filter(({ kind }) => kind === 'string' || kind === 'property').map(({ name }) => name.replace(/^['"](.*)['"]$/, '$1'));
}

const TOPICS = ['order.placed', 'order.paid', 'cart.cleared', 'stock.get'];
const PATTERNS = [...TOPICS, 'order.*', 'order.>', '*.placed', '>', '$bus.error', '$bus.dead.>'];
const hooks = (module, name = 'use') => [
  [`${module}.forBus(bus).${name}Event('|', f)`, PATTERNS],
  [`${module}.forBus(bus).${name}LastEvent('|')`, PATTERNS],
  [`${module}.${name}Event('|', f, { bus })`, PATTERNS],
  [`${module}.${name}LastEvent('|', { bus })`, PATTERNS],
];

/** Every place of the package where a topic or pattern of a bus is written, and what belongs there. */
const PLACES = [
  ["bus.subscribe('|', f)", PATTERNS],
  ["bus.events('|')", PATTERNS],
  ["bus.respond('|', f)", PATTERNS],
  ["bus.publish('|')", TOPICS],
  ["bus.request('|')", TOPICS],
  ["bus.topic('|')", TOPICS],
  ["bus.bridge(element, { from: { click: '|' } })", TOPICS],
  ["bus.bridge(element, { from: { click: { topic: '|' } } })", TOPICS],
  ["bus.bridge(element, { to: { '|': true } })", PATTERNS],
  ["bus.deadLetters('|')", PATTERNS],
  ["bus.redrive('|')", PATTERNS],
  ["bus.redrive('>', { to: '|' })", TOPICS],
  ["bus.discard('|')", PATTERNS],
  ["bus.pressure('|')", TOPICS],
  ["testing.record(bus, '|')", PATTERNS],
  ["rxjs.fromBus(bus, '|')", PATTERNS],
  ["rxjs.eventsFromBus(bus, '|')", PATTERNS],
  ["rxjs.toBus(bus, '|')", TOPICS],
  ...['react', 'vue', 'solid', 'svelte'].flatMap((module) => hooks(module)),
  ...hooks('angular', 'inject'),
  ["angular.forBus(bus).injectObservable('|')", PATTERNS],
  ["angular.injectObservable('|', { bus })", PATTERNS],
  ["new (lit.forBus(bus).EventController)(element, '|', f)", PATTERNS],
  ["new (lit.forBus(bus).LastEventController)(element, '|')", PATTERNS],
  ["new lit.EventController(element, '|', f, { bus })", PATTERNS],
  ["new lit.LastEventController(element, '|', { bus })", PATTERNS],
];

const NONE = ['order.plcaed', 'ordr.*', 'order.placed.>', 'stock.gte', '*', ''];
// One program with a line for each name at each place, since checking one takes the compiler a second.
const lines = PLACES.flatMap(([code, wanted]) => [...wanted, ...NONE].map((name) => ({ code, name, line: `${code.replace('|', name)};` })));
const START = PROGRAM.split('\n').length - 1;
text = PROGRAM + lines.map(({ line }) => line).join('\n');
const refused = new Map();
for (const diagnostic of [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)]) {
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  refused.set(line, [...refused.get(line) ?? [], ...said([diagnostic])]);
}
const places = lines.map(({ code, name, line }, i) => ({ code, name, refused: refused.get(START + i), at: text.split('\n').slice(0, START + i).join('\n').length + 1 + line.indexOf(name, code.indexOf('|')) }));
const offers = new Map(places.filter(({ name }) => name === '').map(({ code, at }) => [code, offered(at)]));

test('what the program is made of compiles', () => {
  for (let line = 0; line < START; line++) assert.equal(refused.get(line), undefined);
});

for (const [code, wanted] of PLACES) {
  test(`an editor offers the topics in ${code}`, () => {
    const names = offers.get(code);
    assert.deepEqual(wanted.filter((name) => !names.includes(name)), [], `offered: ${names.join(' ')}`);
  });

  test(`what matches no topic does not compile in ${code}`, () => {
    const ours = places.filter((place) => place.code === code);
    for (const place of ours) assert.equal(place.refused === undefined, wanted.includes(place.name), `${code} with ${place.name}: ${place.refused ?? 'compiles'}`);
    assert.equal(ours.length, wanted.length + NONE.length);
  });
}

test('an editor offers the topics while the line is being written', () => {
  for (const code of ["bus.subscribe('", "bus.subscribe('ord", "bus.publish('", "react.forBus(bus).useEvent('", "for await (const event of bus.events('"]) {
    text = PROGRAM + code;
    version++;
    assert.ok(offered(text.length).includes('order.placed'), code);
  }
});

test('the type tests hold for the declarations as they are shipped', () => {
  const { config } = ts.readConfigFile(join(here, '../tsconfig.json'), ts.sys.readFile);
  const { options: strict } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, join(here, '..'));
  const host = ts.createCompilerHost(strict), shipped = new Map(sources.map(({ name, source }) => [`../src/${source.replace(/\.ts$/, '.js')}`, `trolleybus/${name}`]));
  shipped.set('../src/public.js', 'trolleybus');
  host.resolveModuleNameLiterals = (literals, from) => resolve(literals.map(({ text }) => ({ text: shipped.get(text) ?? text })), from);
  const tests = readdirSync(here).filter((name) => name.endsWith('.test-d.ts')).map((name) => join(here, name));
  assert.ok(tests.length >= 4);
  const program = ts.createProgram({ rootNames: tests, options: strict, host });
  assert.deepEqual(said(tests.flatMap((name) => [...program.getSemanticDiagnostics(program.getSourceFile(name))])), []);
  assert.deepEqual(program.getSourceFiles().filter(({ fileName }) => fileName.includes('/src/') && !fileName.includes('node_modules')).map(({ fileName }) => fileName), [], 'nothing but dist is tested');
  assert.ok(entries.every(([, path]) => path.startsWith(dist)));
});
