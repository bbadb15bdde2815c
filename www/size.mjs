// Prints what the package weighs on the wire, minified and compressed, and writes build/size.json. A budget that is missed is said, no error.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import { entries } from './tools/entries.mjs';
import { buildWasm } from './tools/go.mjs';
import { build, dist, root } from './tools/paths.mjs';
import { wasmExecPlugin } from './tools/wasm-exec.mjs';

const BUDGET = { wasmRatio: 1.36, coreBytes: 10_000, adapterBytes: 1000, mittBytes: 11_000 };

const brotli = (bytes) => brotliCompressSync(bytes, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  },
}).length;

const measure = (bytes) => ({ bytes: bytes.length, brotli: brotli(bytes) });

/** A module of the package without what it imports, as its users' bundlers make it smaller. */
async function measureModule(name) {
  const { code } = await esbuild.transform(await readFile(join(dist, `${name}.js`), 'utf8'), { format: 'esm', target: 'es2022', minify: true, legalComments: 'inline' });
  return measure(Buffer.from(code));
}

/** What a page loads at once that does this with the package, bundled; what it loads with Go is not counted. */
async function measurePage(contents) {
  const { outputFiles, metafile: { outputs } } = await esbuild.build({
    stdin: { contents, resolveDir: dist }, bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, legalComments: 'inline', write: false, metafile: true, outdir: join(build, 'size'), absWorkingDir: build,
  });
  const eager = new Set();
  const load = (name) => {
    if (eager.has(name)) return;
    eager.add(name);
    for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') load(path);
  };
  load(Object.keys(outputs).find((name) => outputs[name].entryPoint !== undefined));
  const sizes = outputFiles.filter(({ path }) => eager.has(relative(build, path))).map(({ contents }) => measure(contents));
  return { bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0), brotli: sizes.reduce((sum, { brotli }) => sum + brotli, 0) };
}

const FEATURES = entries.filter(({ kind }) => kind === 'feature').map(({ name }) => name);
const withFeatures = (names) => `import { createBus } from './core.js'; ${names.map((name) => `import { ${name} } from './${name}.js';`).join(' ')} createBus({ features: [${names.map((name) => `${name}()`)}] }).publish('a', 1);`;

/** The least that a Go program in a page can be. */
async function emptyProgram() {
  const directory = join(build, 'size');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'main.go'), '//go:build js\n\npackage main\n\nimport "syscall/js"\n\nfunc main() { js.Global() }\n');
  const output = join(directory, 'empty.wasm');
  await buildWasm(join(directory, 'main.go'), output, root);
  return measure(await readFile(output));
}

/** Go's wasm_exec.js as it is inside trolleybus.js. */
async function wasmExecShare() {
  const { outputFiles: [file] } = await esbuild.build({
    stdin: { contents: "export { evaluate, goVersion } from 'go:wasm_exec'" },
    bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', minify: true, legalComments: 'inline', write: false,
    plugins: [wasmExecPlugin()],
  });
  return measure(file.contents);
}

const [program, script, empty, share] = await Promise.all([
  readFile(join(dist, 'trolleybus.wasm')).then(measure),
  measurePage("import { createBus } from './trolleybus.js'; createBus().publish('a', 1);"),
  emptyProgram(),
  wasmExecShare(),
]);
const ofKind = (wanted) => Promise.all(entries.filter(({ kind }) => kind === wanted).map(async ({ name }) => ({ name, ...await measureModule(name) })));
const [adapters, facades] = await Promise.all(['adapter', 'facade'].map(ofKind));
const inline = await measureModule('inline');
const core = await measurePage(withFeatures([]));
const features = await Promise.all(FEATURES.map(async (name) => ({ name, ...await measurePage(withFeatures([name])) })));
const withGo = await measurePage(`import './go.js'; ${withFeatures([])}`);
const mitt = await measurePage("import mitt from './mitt.js'; mitt().emit('a', 1);");
// Inside the classic script it is part of that.
const html = await measureModule('html');
const ratio = program.brotli / empty.brotli;
const own = script.brotli - share.brotli;
const report = {
  'trolleybus.wasm': program,
  'empty.wasm': empty,
  ratio: Number(ratio.toFixed(3)),
  'trolleybus.js': script,
  'wasm_exec.js': share,
  ownScriptBrotli: own,
  core,
  'core with go': withGo,
  features: Object.fromEntries(features.map(({ name, ...size }) => [name, size])),
  'a page with mitt alone': mitt,
  'inline.js': inline,
  html,
  adapters: Object.fromEntries(adapters.map(({ name, ...size }) => [name, size])),
  facades: Object.fromEntries(facades.map(({ name, ...size }) => [name, size])),
  budgets: [
    { name: 'trolleybus.wasm against an empty Go program', value: Number(ratio.toFixed(3)), budget: BUDGET.wasmRatio, met: ratio <= BUDGET.wasmRatio },
    { name: 'trolleybus/core, brotli bytes', value: core.brotli, budget: BUDGET.coreBytes, met: core.brotli <= BUDGET.coreBytes },
    { name: 'trolleybus/mitt with nothing else, brotli bytes', value: mitt.brotli, budget: BUDGET.mittBytes, met: mitt.brotli <= BUDGET.mittBytes },
    ...adapters.map(({ name, brotli }) => ({ name: `trolleybus/${name}, brotli bytes`, value: brotli, budget: BUDGET.adapterBytes, met: brotli <= BUDGET.adapterBytes })),
  ],
};
await mkdir(build, { recursive: true });
await writeFile(join(build, 'size.json'), JSON.stringify(report, null, 2) + '\n');

const row = (name, { bytes, brotli }) => console.log(`${name.padEnd(46)} ${String(bytes).padStart(10)} ${String(brotli).padStart(10)}`);
console.log(`${'bytes'.padStart(57)} ${'brotli 11'.padStart(10)}`);
row('trolleybus.wasm', program);
row('empty Go program with syscall/js', empty);
row('trolleybus, all of it', script);
row("  of it Go's wasm_exec.js", share);
row('  of it our own (the difference)', { bytes: script.bytes - share.bytes, brotli: own });
row('trolleybus/core', core);
for (const { name, bytes, brotli } of features) row(`  with trolleybus/${name} so much more`, { bytes: bytes - core.bytes, brotli: brotli - core.brotli });
row('  with trolleybus/go so much more', { bytes: withGo.bytes - core.bytes, brotli: withGo.brotli - core.brotli });
row('a page with trolleybus/mitt alone', mitt);
row('trolleybus/inline, beside the rest', inline);
row('trolleybus/html', html);
for (const { name, ...size } of [...adapters, ...facades]) row(`trolleybus/${name}`, size);
for (const { name, value, budget, met } of report.budgets) console.log(`${met ? 'met   ' : 'MISSED'} ${name}: ${value}, budget ${budget}`);
