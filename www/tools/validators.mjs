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
  logLevel: 'warning',
});
