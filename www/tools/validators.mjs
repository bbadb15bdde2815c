// Bundles the schema libraries of the tests into ../build/test/validators.js.
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { build, dist, www } from './paths.mjs';

await esbuild.build({
  entryPoints: [join(www, 'test', 'validators.mjs')],
  outfile: join(build, 'test', 'validators.js'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  alias: { 'trolleybus/json-schema': join(dist, 'json-schema.js') },
  nodePaths: [join(www, 'node_modules')],
  // Not another copy of it: errors are told by their class. The path is right in Node and, from the root, in the page.
  plugins: [{ name: 'package', setup: (build) => build.onResolve({ filter: /^\.\/trolleybus\.js$/ }, () => ({ path: '../../dist/trolleybus.js', external: true })) }],
  logLevel: 'warning',
});
