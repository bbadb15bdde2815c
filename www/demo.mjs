// Makes ../build/demo, a directory that any web server can serve: the files of demo/, the package under dist/, each
// demo/src/*.ts as a script, demo/component as component.wasm, and what demo/data.mjs (if there) writes under data/.
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as esbuild from 'esbuild';
import { buildWasm } from './tools/go.mjs';
import { build, dist, www } from './tools/paths.mjs';

const source = join(www, 'demo');
const output = join(build, 'demo');
const made = new Set(['src', 'component', 'data.mjs', 'tsconfig.json']);

await mkdir(output, { recursive: true });
// Emptied, not removed: a running server holds the directory open.
for (const name of await readdir(output)) await rm(join(output, name), { recursive: true });
await cp(source, output, { recursive: true, filter: (path) => !made.has(basename(path)) && !/\.(ts|go|md)$/.test(path) });
await Promise.all([
  cp(dist, join(output, 'dist'), { recursive: true }),
  scripts(),
  component(),
  data(),
]);

async function scripts() {
  await esbuild.build({
    entryPoints: (await readdir(join(source, 'src'))).filter((name) => name.endsWith('.ts')).map((name) => join(source, 'src', name)),
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [{
      name: 'package',
      // The page loads the package itself, as its users do, and not a second copy inside its scripts.
      setup: (build) => build.onResolve({ filter: /^trolleybus$/ }, () => ({ path: './dist/trolleybus.js', external: true })),
    }],
  });
}

async function component() {
  if (existsSync(join(source, 'component'))) await buildWasm('./demo/component', join(output, 'component.wasm'), www);
}

async function data() {
  if (!existsSync(join(source, 'data.mjs'))) return;
  const { default: writeData } = await import(join(source, 'data.mjs'));
  await mkdir(join(output, 'data'), { recursive: true });
  await writeData(join(output, 'data'));
}
