import { after, before, describe, test } from 'node:test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const cli = join(dist, 'cli.js');
const { version } = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'));

let folder;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'copy-')); });
after(() => rm(folder, { recursive: true }));

const run = (...args) => new Promise((resolve) => {
  execFile(process.execPath, [cli, ...args], { cwd: folder }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
});

async function copy(directory, ...args) {
  const { code, stdout, stderr } = await run('copy', directory, '--json', ...args);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout);
}

const sha384 = (content) => `sha384-${createHash('sha384').update(content).digest('base64')}`;

describe('npx trolleybus copy', () => {
  test('copies the classic script and the program under names of their content', async () => {
    const { wasm, scripts: [script, ...more], tag, policy } = await copy('classic');
    assert.sameMembers(await readdir(join(folder, 'classic')), [wasm.file, script.file, script.map]);
    assert.match(wasm.file, /^trolleybus\.[\da-f]{16}\.wasm$/);
    assert.match(script.file, /^trolleybus\.[\da-f]{16}\.iife\.min\.js$/);
    assert.isEmpty(more);
    for (const { file, integrity } of [wasm, script]) {
      const content = await readFile(join(folder, 'classic', file));
      assert.equal(integrity, sha384(content));
      assert.include(file, `.${createHash('sha256').update(content).digest('hex').slice(0, 16)}.`);
    }
    assert.equal(tag, `<script src="${script.file}" integrity="${script.integrity}" data-integrity="${wasm.integrity}"></script>`);
    assert.equal(policy, "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
    const text = await readFile(join(folder, 'classic', script.file), 'utf8');
    assert.include(text, `"${wasm.file}"`);
    assert.notInclude(text, '"trolleybus.wasm"');
  });

  test('the copied script has its source map, which fits the new names', async () => {
    const { wasm, scripts: [{ file, map: name }] } = await copy('mapped');
    assert.match(name, /^trolleybus\.[\da-f]{16}\.iife\.min\.js\.map$/);
    const read = async (directory, file) => (await readFile(join(directory, file), 'utf8')).split('\n');
    const map = async (directory, file) => new SourceMap(JSON.parse((await read(directory, file)).join('\n')));
    const [before, after] = [await read(dist, 'trolleybus.iife.min.js'), await read(join(folder, 'mapped'), file)];
    const [from, to] = [await map(dist, 'trolleybus.iife.min.js.map'), await map(join(folder, 'mapped'), name)];
    assert.equal(after.at(-2), `//# sourceMappingURL=${name}`);
    assert.lengthOf(after, before.length);
    let moved = 0;
    before.forEach((line, number) => {
      if (!line.includes('trolleybus.wasm')) return;
      // Each part between the names is of the same places in the sources as before.
      let at = 0, now = 0;
      line.split('trolleybus.wasm').forEach((part, i) => {
        if (i > 0) [at, now] = [at + 'trolleybus.wasm'.length, now + wasm.file.length];
        assert.equal(after[number].slice(now, now + part.length), part);
        for (let column = 0; column < part.length; column++, at++, now++) {
          const [a, b] = [from.findEntry(number, at), to.findEntry(number, now)];
          assert.deepEqual([b.originalSource, b.originalLine, b.originalColumn], [a.originalSource, a.originalLine, a.originalColumn], `${number}:${at}`);
          if (a.generatedColumn === at) assert.equal(b.generatedColumn, now);
          if (i > 0) moved++;
        }
      });
    });
    assert.isAbove(moved, 10);
  });

  test('says the same for people', async () => {
    const { tag, policy, wasm } = await copy('text', '--base', '/static');
    const { code, stdout } = await run('copy', 'text', '--base', '/static/');
    assert.equal(code, 0);
    for (const part of [tag, policy, wasm.file]) assert.include(stdout, part);
    assert.include(tag, 'src="/static/trolleybus.');
  });

  test('may run again, and leaves what is not its own alone', async () => {
    await mkdir(join(folder, 'again'));
    await writeFile(join(folder, 'again', 'index.html'), 'mine');
    const first = await copy('again');
    const path = join(folder, 'again', first.wasm.file);
    const { mtimeMs } = await stat(path);
    assert.deepEqual(await copy('again'), first);
    assert.equal((await stat(path)).mtimeMs, mtimeMs, 'what is there already is not written again');
    assert.equal(await readFile(join(folder, 'again', 'index.html'), 'utf8'), 'mine');
    await writeFile(path, 'broken');
    await copy('again');
    assert.equal(sha384(await readFile(path)), first.wasm.integrity, 'a damaged file is mended');
    assert.lengthOf(await readdir(join(folder, 'again')), 4);
  });

  test('--module: an import map that vouches for each module, and the hash that lets it into the page', async () => {
    const { tag, policy, scripts, wasm } = await copy('module', '--module', '--entry', 'mitt', '--entry', 'html', '--entry', 'mitt');
    assert.deepEqual(scripts.flatMap(({ name }) => name ?? []), ['trolleybus', 'trolleybus/mitt', 'trolleybus/html']);
    const [, text] = /^<script type="importmap">([^]*)<\/script>$/.exec(tag);
    const { imports, integrity } = JSON.parse(text);
    for (const script of scripts) {
      if (script.name !== undefined) assert.equal(imports[script.name], `./${script.file}`);
      const content = await readFile(join(folder, 'module', script.file));
      assert.equal(integrity[`./${script.file}`], sha384(content));
      for (const [, other] of content.toString().matchAll(/^import .*"(\.\/.*)";$/gm)) assert.property(integrity, other, `what ${script.file} imports`);
    }
    assert.sameMembers(Object.keys(imports), ['trolleybus', 'trolleybus/mitt', 'trolleybus/html']);
    assert.include(await readFile(join(folder, 'module', scripts[0].file), 'utf8'), `/${wasm.file}"`);
    assert.include(policy, `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  });

  test('--base of another origin: the policy names it, and the tag asks for CORS', async () => {
    const { tag, policy } = await copy('cdn', '--base', 'https://cdn.example/bus');
    assert.match(tag, /src="https:\/\/cdn\.example\/bus\/trolleybus\.[^"]+" integrity="[^"]+" crossorigin="anonymous"/);
    assert.equal(policy, "script-src 'self' https://cdn.example 'wasm-unsafe-eval'; connect-src 'self' https://cdn.example");
  });

  for (const [base, src, origin] of [
    ['//cdn.example/bus', '//cdn.example/bus/', 'cdn.example'],
    ['https://cdn.example:8443', 'https://cdn.example:8443/', 'https://cdn.example:8443'],
    ['https://bücher.example/', 'https://b%C3%BCcher.example/', 'https://xn--bcher-kva.example'],
    ['/a b/ü/', '/a%20b/%C3%BC/', ''],
    ['/a%20b', '/a%20b/', ''],
    ["/o'hara;v=1,2/", "/o'hara;v=1,2/", ''],
    ['/R&D/&lt;/', '/R&D/&lt;/', ''],
    ['../static', '../static/', ''],
    ['.', './', ''],
  ]) {
    test(`--base ${base}: the URL in the tag, in the import map and in the policy`, async () => {
      const page = 'https://page.example/shop/index.html';
      const classic = await copy('bases', '--base', base);
      const [, written] = /^<script src="([^"]*)"/.exec(classic.tag);
      assert.match(written, /^[!-~]*$/);
      assert.equal(written.replaceAll('&amp;', '&'), src + classic.scripts[0].file);
      assert.notMatch(written, /&(?!amp;)/);
      assert.equal(classic.tag.includes('crossorigin'), origin !== '');
      const { tag, policy, scripts } = await copy('bases', '--base', base, '--module', '--entry', 'mitt');
      const { imports, integrity } = JSON.parse(/>([^]*)</.exec(tag)[1]);
      for (const { name, file } of scripts) {
        if (name !== undefined) assert.equal(new URL(imports[name], page).href, new URL(src + file, page).href);
        assert.include(Object.keys(integrity).map((url) => new URL(url, page).href), new URL(src + file, page).href);
      }
      assert.include([classic.policy, policy].map((text) => text.split('; ').at(-1)).join(), `connect-src 'self'${origin && ` ${origin}`},`);
    });
  }

  test('--help and --version', async () => {
    assert.include((await run('--help')).stdout, 'npx trolleybus copy DIR');
    assert.equal((await run('--version')).stdout, `${version}\n`);
  });

  for (const [name, args, says] of [
    ['no command', [], 'no command'],
    ['an unknown command', ['move', 'x'], '"move"'],
    ['no folder', ['copy'], 'copy needs the folder'],
    ['two folders', ['copy', 'a', 'b'], 'one folder'],
    ['an unknown option', ['copy', 'a', '--fast'], '--fast'],
    ['an option without its value', ['copy', 'a', '--base'], '--base'],
    ['an entry that the package has not', ['copy', 'a', '--module', '--entry', 'nothing'], '"nothing"'],
    ['an entry of the classic script', ['copy', 'a', '--entry', 'mitt'], '--module'],
    ['a base that would break out of the tag', ['copy', 'a', '--base', '/"><script>'], '--base'],
    ['a base with a query', ['copy', 'a', '--base', '/static?v=2'], '%3F'],
    ['a base with a fragment', ['copy', 'a', '--base', 'https://cdn.example/bus/#top'], '%23'],
    ['a base with a line break', ['copy', 'a', '--base', '/a\n/b'], '--base'],
    ['a base that would break out of the policy', ['copy', 'a', '--base', 'https://a;script-src'], '--base'],
    ['a base with a password', ['copy', 'a', '--base', 'https://me:secret@cdn.example/'], '--base'],
    ['a base whose host is none', ['copy', 'a', '--base', '//[/'], '--base'],
    ['a base that is no address of a file', ['copy', 'a', '--base', 'javascript:alert(1)'], '--base'],
  ]) {
    test(`refuses ${name}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.include(stderr, says);
      assert.notInclude(stderr, '    at ');
      assert.notInclude(await readdir(folder), 'a');
    });
  }

  for (const name of ['with space', 'ünï', 'a?b#c', "quo'te\"s", '<b>', '-dashed', 'deep/er']) {
    test(`copies to a folder called ${name}`, async () => {
      const { wasm, scripts: [script] } = JSON.parse((await run('copy', '--json', '--', name)).stdout);
      assert.sameMembers(await readdir(join(folder, name)), [wasm.file, script.file, script.map]);
    });
  }

  test('a folder that is a link is written through, a file that is a link is replaced', async () => {
    await mkdir(join(folder, 'target'));
    await symlink('target', join(folder, 'link'));
    const { wasm } = await copy('link');
    assert.include(await readdir(join(folder, 'target')), wasm.file);
    const path = join(folder, 'target', wasm.file);
    await rm(path);
    await writeFile(join(folder, 'precious'), 'mine');
    await symlink(join(folder, 'precious'), path);
    await copy('link');
    assert.equal(await readFile(join(folder, 'precious'), 'utf8'), 'mine');
    assert.isTrue((await lstat(path)).isFile());
    await symlink('nowhere', join(folder, 'dangling'));
    const { code, stderr } = await run('copy', 'dangling');
    assert.equal(code, 1);
    assert.include(stderr, 'dangling');
  });

  test('says what it could not write', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await run('copy', 'file');
    assert.equal(code, 1);
    assert.include(stderr, 'file');
    assert.notInclude(stderr, '    at ');
  });
});
