// Makes build/bench/site, the pages of the benchmark, from dist/ and the peers of package.json. With --symbols Go's
// functions have their names in profiles.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { buildWasm, go, wasmExecPath } from '../tools/go.mjs';
import { build, dist, www } from '../tools/paths.mjs';
import { handlersPlugin } from './handlers.mjs';

const bench = join(www, 'bench');
const site = join(build, 'bench', 'site');
const pages = { compare: 'page/main.js', components: 'page/components/main.js', memory: 'page/memory.js', 'start-ours': 'start/ours.js', 'start-empty': 'start/empty.js' };

const symbols = process.argv.includes('--symbols');

await rm(site, { recursive: true, force: true });
await mkdir(site, { recursive: true });
await Promise.all([
  esbuild.build({
    entryPoints: Object.entries(pages).map(([out, entry]) => ({ in: join(bench, entry), out })),
    outdir: site,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // As pages are served; profiles show names.
    minify: !symbols,
    alias: {
      ...Object.fromEntries(['react', 'vue', 'solid'].map((name) => [`trolleybus/${name}`, join(dist, `${name}.js`)])),
      trolleybus: join(dist, 'trolleybus.js'),
      'go:stock': await wasmExecPath(),
    },
    // For the adapters in dist.
    nodePaths: [join(bench, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    plugins: [handlersPlugin],
    logLevel: 'warning',
  }),
  ...Object.keys(pages).map((name) => writeFile(join(site, `${name}.html`), page(name))),
  copyFile(join(dist, 'trolleybus.wasm'), join(site, 'trolleybus.wasm')),
  symbols
    ? go(['build', '-o', join(site, 'component.wasm'), './bench/component'], { env: { GOOS: 'js', GOARCH: 'wasm' }, cwd: www })
    : buildWasm('./bench/component', join(site, 'component.wasm'), www),
  buildWasm('./bench/empty', join(site, 'empty.wasm'), www),
]);

function page(name) {
  return `<!doctype html><meta charset="utf-8"><title>Trolleybus benchmark: ${name}</title><link rel="icon" href="data:,"><script type="module" src="${name}.js"></script>\n`;
}
