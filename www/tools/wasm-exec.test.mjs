import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';
import { goEnv, wasmExecPath } from './go.mjs';
import { wasmExecModule } from './wasm-exec.mjs';

const version = await goEnv('GOVERSION');
const source = await readFile(await wasmExecPath(), 'utf8');

/** Evaluates the module as a script in a page-like global scope; what it exports are globals there. */
function load(extra = {}) {
  const lines = [];
  const scope = vm.createContext({
    crypto, performance, TextEncoder, TextDecoder, setTimeout, clearTimeout,
    console: { log: (line) => lines.push(line), warn: () => {} },
    ...extra,
  });
  vm.runInContext(wasmExecModule(source, version).replaceAll(/^export (const|function)/gm, (_, kind) => kind), scope);
  return { scope, lines };
}

function write(Go, bytes) {
  const go = new Go();
  const memory = new WebAssembly.Memory({ initial: 1 });
  go._inst = { exports: { mem: memory } };
  go.mem = new DataView(memory.buffer);
  new Uint8Array(memory.buffer).set(bytes, 1024);
  go.mem.setBigInt64(8, 1n, true);
  go.mem.setBigInt64(16, 1024n, true);
  go.mem.setInt32(24, bytes.length, true);
  go.importObject.gojs['runtime.wasmWrite'](0);
}

test('importing the module does nothing', () => {
  const { scope } = load();
  assert.equal(vm.runInContext('typeof Go + typeof fs', scope), 'undefinedundefined');
  assert.equal(vm.runInContext('goVersion', scope), version);
});

test('Go writes to the console after the globals are gone', () => {
  const { scope, lines } = load();
  const Go = vm.runInContext('const made = evaluate(); for (const name of ["Go", "fs", "path", "process"]) delete globalThis[name]; made', scope);
  assert.equal(vm.runInContext('typeof fs', scope), 'undefined');
  write(Go, new TextEncoder().encode('a line of Go\n'));
  assert.deepEqual(lines, ['a line of Go']);
});

test('a file system that was there before is used and kept', () => {
  const written = [];
  const fs = { constants: {}, writeSync: (fd, bytes) => written.push([fd, new TextDecoder().decode(bytes)]) };
  const { scope } = load({ fs });
  const Go = vm.runInContext('evaluate()', scope);
  assert.equal(scope.fs, fs);
  write(Go, new TextEncoder().encode('kept'));
  assert.deepEqual(written, [[1, 'kept']]);
});

test('a file that is not as expected is refused', async (t) => {
  const cases = {
    'no class': source.replace('globalThis.Go = class', 'globalThis.Golang = class'),
    'two classes': source + '\nglobalThis.Go = class {};',
    'no file system': source.replace('globalThis.fs = {', 'globalThis.files = {'),
    'no use of it': source.replaceAll(/\bfs\.writeSync/g, 'this.writeSync'),
    'another global': source.replace('fs.writeSync(fd', 'process.umask(); fs.writeSync(fd'),
  };
  for (const [name, changed] of Object.entries(cases)) {
    await t.test(name, () => {
      assert.notEqual(changed, source);
      assert.throws(() => wasmExecModule(changed, version), /is not as expected/);
    });
  }
});

test('the version is the part that a program records too', () => {
  const line = (goVersion) => /goVersion = (.*);/.exec(wasmExecModule(source, goVersion))[1];
  assert.equal(line('go1.26.3 X:jsonv2'), '"go1.26.3"');
  assert.equal(line('devel go1.27-1b2c3d Mon'), '"go1.27-1b2c3d"');
  assert.throws(() => wasmExecModule(source, 'unknown'), /names no Go version/);
});
