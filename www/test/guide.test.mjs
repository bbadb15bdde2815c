import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, symlink, cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import ts from 'typescript';
import { options, resolve, said } from './declarations.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'www/examples/guide');
const names = await readdir(examples);
let folder;

// A project of its own, as a reader would have it.
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guide-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await symlink(join(root, 'dist'), join(modules, 'trolleybus'));
  await symlink(join(root, 'www/node_modules/zod'), join(modules, 'zod'));
  await cp(examples, folder, { recursive: true });
});
after(() => rm(folder, { recursive: true }));

describe('examples of the guide print what they say', () => {
  for (const name of names) {
    test(name, async () => {
      const text = await readFile(join(examples, name), 'utf8');
      const expected = text.slice(text.indexOf('\n// Output:\n') + 12).replaceAll(/^\/\/ ?/gm, '');
      const script = name.replace(/\.ts$/, '.mjs');
      if (script !== name) await writeFile(join(folder, script), ts.transpile(text, { ...options, noEmit: false }));
      const { stdout, stderr } = await run(process.execPath, [script], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
      assert.equal(stdout.replaceAll(/ +$/gm, ''), expected);
      assert.equal(stderr, '');
    });
  }
});

test('examples of the guide in TypeScript compile', () => {
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => join(examples, name));
  assert.isNotEmpty(files);
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = resolve;
  assert.deepEqual(said(ts.getPreEmitDiagnostics(ts.createProgram({ rootNames: files, options, host }))), []);
});

test('the guide shows the examples as they are, and all of them', async () => {
  const guide = await readFile(join(root, 'docs/GUIDE.md'), 'utf8');
  const blocks = [...guide.matchAll(/^<!-- (.*) -->\n```\w+\n([^]*?)^```$/gm)];
  assert.equal(blocks.length * 2, guide.match(/^```/gm).length, 'each block names the file that it shows');
  for (const [, file, text] of blocks) assert.equal(await readFile(join(root, file), 'utf8'), text, file);
  const go = (await readdir(join(root, 'docs/guide'))).map((name) => `docs/guide/${name}`);
  assert.includeMembers(blocks.map(([, file]) => file), [...names.map((name) => `www/examples/guide/${name}`), ...go.filter((name) => name.endsWith('_test.go'))]);
});
