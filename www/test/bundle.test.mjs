import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { assert } from 'chai';
import * as esbuild from 'esbuild';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

async function bundle(names, from = 'trolleybus') {
  const { outputFiles: [file] } = await esbuild.build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(`${dist}${from}.js`)}`, resolveDir: '.' },
    bundle: true, format: 'esm', minify: true, write: false,
  });
  return file.text;
}

test('who does not use CloudEvents does not load them', async () => {
  assert.include(await bundle('createBus, toCloudEvent'), 'data_base64');
  assert.notInclude(await bundle('createBus'), 'data_base64');
});

test('who has the program as a file does not load it as text', async () => {
  const plain = await bundle('TopicError');
  assert.closeTo((await bundle('TopicError', 'inline')).length, plain.length, 100);
  assert.isAbove((await bundle('createBus', 'inline')).length, 1_000_000);
});

test('an unused entry leaves nothing behind', async () => {
  const { outputFiles: [file] } = await esbuild.build({
    stdin: { contents: ['trolleybus', 'mitt', 'events', 'inline', 'testing', 'html'].map((name) => `import ${JSON.stringify(`${dist}${name}.js`)};`).join('\n'), resolveDir: '.' },
    bundle: true, format: 'esm', minify: true, write: false, logOverride: { 'ignored-bare-import': 'silent' },
  });
  assert.equal(file.text, '');
});
