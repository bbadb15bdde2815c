// Bundles the tests of the adapters with their frameworks: ../build/test/adapters.js for the page, adapters-server.js
// for Node.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { compile } from 'svelte/compiler';
import { entries } from './entries.mjs';
import { build, dist, www } from './paths.mjs';

const shared = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  nodePaths: [join(www, 'node_modules')],
  alias: Object.fromEntries(entries.filter(({ kind }) => kind === 'adapter').map(({ name }) => [`trolleybus/${name}`, join(dist, `${name}.js`)]).concat([['trolleybus', join(dist, 'trolleybus.js')]])),
  // The frameworks' own checks are part of what is tested.
  define: { 'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  logLevel: 'warning',
};

/** Svelte's components, for the page or for a server. */
const svelte = (generate) => ({
  name: 'svelte',
  setup: (build) => build.onLoad({ filter: /\.svelte$/ }, async ({ path: filename }) => ({ contents: compile(await readFile(filename, 'utf8'), { filename, generate, dev: generate === 'client' }).js.code, loader: 'js' })),
});

await Promise.all([
  esbuild.build({ ...shared, entryPoints: [join(www, 'test', 'adapters', 'browser.mjs')], outfile: join(build, 'test', 'adapters.js'), platform: 'browser', conditions: ['development', 'svelte'], plugins: [svelte('client')] }),
  esbuild.build({ ...shared, entryPoints: [join(www, 'test', 'adapters', 'server.mjs')], outfile: join(build, 'test', 'adapters-server.js'), platform: 'neutral', mainFields: ['module', 'main'], conditions: ['node', 'svelte'], external: ['node:*'], plugins: [svelte('server')] }),
]);
