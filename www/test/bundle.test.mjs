import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { assert } from 'chai';
import * as esbuild from 'esbuild';

const dist = fileURLToPath(new URL('../../dist/trolleybus.js', import.meta.url));

async function bundle(names) {
  const { outputFiles: [file] } = await esbuild.build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(dist)}`, resolveDir: '.' },
    bundle: true, format: 'esm', minify: true, write: false,
  });
  return file.text;
}

test('who does not use CloudEvents does not load them', async () => {
  assert.include(await bundle('createBus, toCloudEvent'), 'partitionkey');
  assert.notInclude(await bundle('createBus'), 'partitionkey');
});
