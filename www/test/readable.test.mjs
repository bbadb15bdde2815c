// What a person sees of the package when something goes wrong in it.
import { after, before, describe, test } from 'node:test';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assert } from 'chai';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const scripts = (await readdir(dist)).filter((name) => name.endsWith('.js'));

let folder;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'readable-')); });
after(() => rm(folder, { recursive: true }));

/** What Node prints of a program that ends by an error that nobody catches. */
async function uncaught(source) {
  const file = join(folder, 'program.mjs');
  await writeFile(file, source);
  const { code, printed } = await new Promise((resolve) => {
    execFile(process.execPath, [file], (error, stdout, stderr) => resolve({ code: error?.code, printed: stderr }));
  });
  assert.equal(code, 1);
  return printed;
}

const url = (name) => JSON.stringify(pathToFileURL(join(dist, name)).href);
/** The classic script as a page runs it. */
const classic = (name) => `
  import { readFileSync } from 'node:fs'; import vm from 'node:vm'; import { fileURLToPath } from 'node:url';
  globalThis.document ??= { currentScript: null, baseURI: 'http://page.example/' };
  const file = fileURLToPath(${url(name)});
  vm.runInThisContext(readFileSync(file, 'utf8'), { filename: file });`;

describe('an error that nobody catches', () => {
  for (const [file, source] of [
    ['trolleybus.js', `import { createBus } from ${url('trolleybus.js')}; createBus({ wasn: 1 });`],
    ['trolleybus.js', `import { createBus } from ${url('trolleybus.js')}; createBus().publish('a b');`],
    ['trolleybus.js', `import { createBus } from ${url('trolleybus.js')}; await createBus({ wasm: new Uint8Array(8) }).ready;`],
    ['inline.js', `import { createBus } from ${url('inline.js')}; const { atob } = globalThis; globalThis.atob = (text) => atob(text + '!'); await createBus().ready;`],
    ['mitt.js', `import mitt from ${url('mitt.js')}; const emitter = mitt(); emitter.on('a', null); emitter.emit('a');`],
    ['events.js', `import EventEmitter from ${url('events.js')}; new EventEmitter().on('a', 1);`],
    ['testing.js', `import { createTestBus, expectEvents } from ${url('testing.js')}; await expectEvents(createTestBus().bus, 'a', 1);`],
    ['trolleybus.iife.js', `${classic('trolleybus.iife.js')} trolleybus.createBus({ wasn: 1 });`],
    ['trolleybus.iife.min.js', `${classic('trolleybus.iife.min.js')} trolleybus.createBus({ wasn: 1 });`],
  ]) {
    test(`prints a few short lines: ${file}:${source.split(';').at(-2)}`, async () => {
      const printed = await uncaught(source);
      assert.isBelow(printed.length, 4000);
      for (const line of printed.split('\n')) assert.isBelow(line.length, 600);
      if (printed.includes(join(dist, file))) assert.match(printed, file.includes('.min.') ? /^/ : /at (?:new )?[\w.]{4,} \(/, 'functions have their names');
    });
  }
});

test('scripts have lines that a screen can show', async () => {
  for (const name of scripts) {
    const lines = (await readFile(join(dist, name), 'utf8')).split('\n');
    assert.isAtMost(Math.max(...lines.map(({ length }) => length)), name.includes('.min.') ? 600 : 240, name);
  }
});

test('modules keep the names of the source', async () => {
  for (const name of scripts.filter((name) => !name.includes('.min.') && name !== 'cli.js' && name !== 'wasm_exec.js')) {
    const text = await readFile(join(dist, name), 'utf8');
    const declared = [...text.matchAll(/^\s*(?:async )?(?:function|const|let|var|class) ([\w$]+)/gm)].map(([, name]) => name);
    if (declared.length < 3) continue; // it only hands out what is in others
    assert.isAbove(declared.filter(({ length }) => length > 2).length, declared.length * 0.8, name);
  }
});

test('the small classic script has a source map that leads to the source, and its size is that of a minified one', async () => {
  const [small, large] = await Promise.all(['trolleybus.iife.min.js', 'trolleybus.iife.js'].map((name) => readFile(join(dist, name), 'utf8')));
  assert.isBelow(small.length, large.length * 0.7);
  const payload = JSON.parse(await readFile(join(dist, /\n\/\/# sourceMappingURL=(\S+)\n$/.exec(small)[1]), 'utf8'));
  assert.lengthOf(payload.sourcesContent, payload.sources.length);
  for (const source of payload.sources) assert.notMatch(source, /^(?:\/|file:|[a-z]:)/i, 'no path of the machine that built it');

  const printed = await uncaught(`${classic('trolleybus.iife.min.js')} try { trolleybus.createBus({ wasn: 1 }); } catch ({ stack }) { console.error(stack); process.exit(1); }`);
  const places = [...printed.matchAll(/trolleybus\.iife\.min\.js:(\d+):(\d+)/g)].map(([, line, column]) => new SourceMap(payload).findEntry(line - 1, column - 1));
  const found = places.map(({ originalSource, originalLine }) => [originalSource, payload.sourcesContent[payload.sources.indexOf(originalSource)].split('\n')[originalLine]]);
  assert.isTrue(found.some(([source, line]) => source.endsWith('www/src/core/options.ts') && line.includes('OptionError')), JSON.stringify(found));
  assert.isTrue(found.some(([source, line]) => source.endsWith('www/src/bus.ts') && line.includes('readOptions')), JSON.stringify(found));
});
