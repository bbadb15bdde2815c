// The package in files: what several entries share is a file of its own, which they import, so that a page has it once.
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { www } from './paths.mjs';

const src = join(www, 'src');

/** Files that are no entries, by what of src they hold; the first that fits. */
const PARTS = [
  { name: 'go-side', holds: /^go\/|^core\/crossing\/(?!exports)/ },
  // What features and Go need, and the core does not.
  { name: 'common', holds: /^core\/(event-copies|feature-errors|platform|request-event|told|turns)\.ts/, besides: /request-event\.ts$/ },
  { name: 'shared', holds: /^core\/shared\.ts/ },
  { name: 'inner', holds: /^core\/inner\.ts/ },
  { name: 'page-bus', holds: /^page\.ts/ },
  { name: 'payload', holds: /^core\/payload\.ts/ },
  // Of the two BusEvents, one for the bus and one for its users, the first is also the second.
  { name: 'kernel', holds: /^(core|dom)\/(?!crossing\/)|^bus\.ts/, besides: /event-types\.ts$/ },
];

/** Features, which are entries and which others import too. */
const FEATURE = /^features\/([^/]+)\//;

/** The file that a module of src is in; undefined where each entry has its own copy. */
export function partOf(path) {
  const name = relative(src, path).replaceAll('\\', '/');
  return PARTS.find(({ holds }) => holds.test(name))?.name ?? FEATURE.exec(name)?.[1];
}

/** The parts, each with the text of a module that exports all that is in it. */
export async function parts() {
  const files = (await readdir(src, { recursive: true })).map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return PARTS.map(({ name, besides }) => ({
    name,
    contents: files.filter((file) => partOf(join(src, file)) === name && !besides?.test(file)).map((file) => `export * from './${file.replace(/ts$/, 'js')}';\n`).join(''),
  }));
}

/** Lets a file of the package import the parts that it does not hold itself. */
export function partsPlugin(own) {
  return {
    name: 'parts',
    setup: (build) => build.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir }) => {
      const part = partOf(join(resolveDir, path.replace(/js$/, 'ts')));
      return part === undefined || part === own ? undefined : { path: `./${part}.js`, external: true };
    }),
  };
}

/** Lets the other scripts of the package import it as their users do, without knowing where it is installed. */
export function packagePlugin() {
  return {
    name: 'package',
    setup: (build) => build.onResolve({ filter: /^trolleybus(\/core)?$/ }, ({ path }) => ({ path: path === 'trolleybus' ? './trolleybus.js' : './core.js', external: true })),
  };
}
