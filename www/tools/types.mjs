import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { dist, www } from './paths.mjs';

/**
 * Writes the public types of entry points, by their names, each as a file that imports nothing but the package and `peers`;
 * what several have in common is in types.d.ts.
 */
export async function bundleTypes(entries, peers = []) {
  const input = Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, join(www, 'src', source)])), inputs = Object.values(input);
  const bundle = await rollup({
    input,
    external: [/^(go|wasm):/, /^trolleybus(\/|$)/, ...peers.map((peer) => new RegExp(`^${peer}(/|$)`))],
    plugins: [dts({ tsconfig: join(www, 'tsconfig.json') })],
    onwarn(warning) {
      if (warning.code === 'EMPTY_BUNDLE') return; // of an entry that is imported for what it does
      throw new Error(`types: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: '[name].d.ts', minifyInternalExports: false,
    manualChunks: Object.keys(entries).length > 1 ? (id) => inputs.includes(id) ? undefined : 'types' : undefined, paths: { trolleybus: './trolleybus.js', 'trolleybus/core': './core.js' },
  });
  await bundle.close();
  const known = ['./trolleybus.js', './core.js', './types.js', ...peers];
  for (const { code, fileName } of output) {
    const leaks = [...code.matchAll(/^.*(?:from|import\()\s*['"]([^'"]+)['"].*$/gm)].filter(([, from]) => !known.some((name) => from === name || from.startsWith(`${name}/`)));
    if (leaks.length > 0) throw new Error(`types: ${fileName} must stand with the package and its peers alone, but has\n${leaks.map(([line]) => line).join('\n')}`);
    // `using` is part of the API; a project need not have its library set for it.
    await writeFile(join(dist, fileName), '/// <reference lib="esnext.disposable" />\n' + code);
  }
}
