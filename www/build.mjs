// Makes ../dist, the npm package: modules that can be read where an error shows them, which the bundlers of those who
// use them make small, and the classic script in both forms. Options: --sourcemap writes source maps beside the modules.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { stateCrossing } from './tools/crossing.mjs';
import { entries } from './tools/entries.mjs';
import { buildWasm, goEnv, wasmExecPath } from './tools/go.mjs';
import { inlinePlugin } from './tools/inline.mjs';
import { iifeTypes, manifest } from './tools/manifest.mjs';
import { packagePlugin, parts, partsPlugin } from './tools/parts.mjs';
import { dist, root, www } from './tools/paths.mjs';
import { bundleTypes } from './tools/types.mjs';
import { wasmExecPlugin } from './tools/wasm-exec.mjs';

const { values: { sourcemap } } = parseArgs({ options: { sourcemap: { type: 'boolean', default: false } } });
// Node prints the line of an uncaught error whole.
const LINE = 160;
const classic = {
  format: 'iife',
  globalName: 'trolleybus',
  // For those who import the file: there `var` makes no global.
  footer: { js: 'globalThis.trolleybus=trolleybus;' },
};
const { version } = JSON.parse(await readFile(join(www, 'package.json'), 'utf8'));
const crossing = await stateCrossing();

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const program = join(dist, 'trolleybus.wasm');
const built = buildWasm('./wasm', program).then(() => program);
await Promise.all([
  built,
  module('index.ts', 'trolleybus'),
  ...(await parts()).map(({ name, contents }) => module(undefined, name, { stdin: { contents, resolveDir: join(www, 'src'), sourcefile: `${name}.ts`, loader: 'ts' } })),
  script('iife.ts', 'trolleybus.iife.js', classic),
  script('iife.ts', 'trolleybus.iife.min.js', { ...classic, minify: true, sourcemap: 'linked' }),
  esbuild.build({
    entryPoints: [join(www, 'cli/trolleybus.mjs')], outfile: join(dist, 'cli.js'), bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning',
  }),
  bundleTypes({ trolleybus: 'index.ts', ...Object.fromEntries(entries.filter(({ kind, name }) => kind === 'core' || kind === 'feature' || name === 'go').map(({ name, source }) => [name, source])) }),
  ...entries.flatMap(({ name, source, kind, peers = {}, banner, apart }) => [
    (apart ? script(source, `${name}.js`, { external: Object.keys(peers) }) : module(source, name, { banner: banner && { js: banner }, external: Object.keys(peers) }, inlinePlugin(built))),
    ...kind === 'core' || kind === 'feature' || name === 'go' ? [] : [bundleTypes({ [name]: source }, Object.keys(peers))],
  ]),
  copyFile(await wasmExecPath(), join(dist, 'wasm_exec.js')),
  writeFile(join(dist, 'trolleybus.iife.d.ts'), iifeTypes),
  writeFile(join(dist, 'package.json'), JSON.stringify(manifest(version), null, 2) + '\n'),
  copyFile(join(root, 'LICENSE'), join(dist, 'LICENSE')),
  copyGoLicense(),
  existsSync(join(root, 'README.md')) && copyFile(join(root, 'README.md'), join(dist, 'README.md')),
]);

/** A module of the package, which has the others as files beside it. */
function module(entry, name, options = {}, ...plugins) {
  return script(entry, `${name}.js`, { ...options, plugins: [packagePlugin(), partsPlugin(name), wasmExecPlugin(), ...plugins] });
}

function script(entry, output, options = {}) {
  return esbuild.build({
    ...entry && { entryPoints: [join(www, 'src', entry)] },
    outfile: join(dist, output),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    lineLimit: LINE,
    sourcemap: sourcemap && 'linked',
    legalComments: 'inline',
    define: { __VERSION__: JSON.stringify(version), __CROSSING__: JSON.stringify(crossing) },
    plugins: [wasmExecPlugin()],
    logLevel: 'warning',
    ...options,
  });
}

// The program contains Go's runtime, whose licence asks to go with it. Some distributions keep the file elsewhere.
async function copyGoLicense() {
  const license = join(await goEnv('GOROOT'), 'LICENSE');
  if (existsSync(license)) await copyFile(license, join(dist, 'LICENSE-go.txt'));
  else console.warn(`no ${license}: add Go's licence to a package that you publish`);
}
