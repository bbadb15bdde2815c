import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './arguments.mjs';
import { movedMappings } from './source-map.mjs';

/**
 * Copies the files of the package at `from`, and returns them: `wasm`, and `scripts`, whose first is the bus itself, each with
 * its `name` if it is an entry and its source `map` if it has one. A script names the other files by their new names, so that its own name and integrity
 * vouch for what it loads.
 */
export async function copy(from, { directory, module, entry }) {
  await check(entry);
  await mkdir(directory, { recursive: true });
  const wasm = await put('trolleybus', 'wasm', await readFile(new URL('trolleybus.wasm', from)));
  const entries = module ? ['trolleybus', ...new Set(entry)] : [];
  const modules = new Map();
  for (const name of entries) await copyModule(name);
  if (!module) return { wasm, scripts: [{ name: 'trolleybus', ...await script('trolleybus', 'iife.min.js', { 'trolleybus.wasm': wasm.file }) }] };
  const others = [...modules.keys()].filter((name) => !entries.includes(name));
  return { wasm, scripts: [
    ...entries.map((name) => ({ name: name === 'trolleybus' ? name : `trolleybus/${name}`, ...modules.get(name) })),
    ...others.map((name) => modules.get(name)),
  ] };

  /** A module with those that it imports. */
  async function copyModule(name) {
    if (modules.has(name)) return modules.get(name);
    const text = await read(`${name}.js`), renamed = /^(trolleybus|core)$/.test(name) ? { 'trolleybus.wasm': wasm.file } : {};
    for (const [, other] of text.matchAll(/(?:\bfrom|\bimport\(?) ?"\.\/([\w-]+)\.js"/g)) renamed[`./${other}.js`] = `./${(await copyModule(other)).file}`;
    modules.set(name, await script(name, 'js', renamed));
    return modules.get(name);
  }

  async function script(name, suffix, renamed) {
    const text = await read(`${name}.${suffix}`);
    const [, body, link] = /^([^]*?)(?:\n\/\/# sourceMappingURL=(\S+)\s*)?$/.exec(text);
    for (const old of Object.keys(renamed)) {
      if (!body.includes(old)) throw new Error(`${name}.${suffix} does not name ${old}`);
    }
    let map;
    if (link !== undefined) {
      const content = JSON.parse(await read(link));
      map = (await put(name, `${suffix}.map`, Buffer.from(JSON.stringify({ ...content, mappings: movedMappings(content.mappings, body, renamed) })))).file;
    }
    const now = Object.entries(renamed).reduce((text, [old, now]) => text.replaceAll(old, now), body);
    return { ...await put(name, suffix, Buffer.from(map === undefined ? now : `${now}\n//# sourceMappingURL=${map}\n`)), ...map && { map } };
  }

  function read(name) {
    return readFile(new URL(name, from), 'utf8');
  }

  async function check(wanted) {
    const { exports } = JSON.parse(await read('package.json'));
    const names = Object.keys(exports).filter((key) => exports[key].default === `${key}.js`).map((key) => key.slice(2));
    const unknown = wanted.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new UsageError(`the package has no entry ${JSON.stringify(unknown)}; it has ${names.join(', ')}`);
  }

  /** Writes beside and renames, so that a server never sends half a file. One that is there with this content stays. */
  async function put(name, suffix, content) {
    const sum = createHash('sha384').update(content).digest();
    const file = `${name}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}.${suffix}`;
    const path = join(directory, file);
    const there = await readFile(path).catch(() => undefined);
    if (!there?.equals(content)) {
      const part = `${path}.${process.pid}`;
      try {
        await writeFile(part, content);
        await rename(part, path);
      } finally {
        await rm(part, { force: true });
      }
    }
    return { file, integrity: `sha384-${sum.toString('base64')}` };
  }
}
