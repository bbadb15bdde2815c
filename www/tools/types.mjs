import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { www } from './paths.mjs';

/** Writes all public types of an entry point as one file, which imports nothing but the package and `peers`. */
export async function bundleTypes(entry, output, peers = []) {
  const bundle = await rollup({
    input: entry,
    external: [/^(go|wasm):/, 'trolleybus', ...peers.map((peer) => new RegExp(`^${peer}(/|$)`))],
    plugins: [dts({ tsconfig: join(www, 'tsconfig.json') })],
    onwarn(warning) {
      throw new Error(`types: ${warning.message}`);
    },
  });
  const { output: [chunk] } = await bundle.generate({ format: 'es', paths: { trolleybus: './trolleybus.js' } });
  await bundle.close();
  const known = ['./trolleybus.js', ...peers];
  const leaks = [...chunk.code.matchAll(/^.*(?:from|import\()\s*['"]([^'"]+)['"].*$/gm)].filter(([, from]) => !known.some((name) => from === name || from.startsWith(`${name}/`)));
  if (leaks.length > 0) throw new Error(`types: ${output} must stand with the package and its peers alone, but has\n${leaks.map(([line]) => line).join('\n')}`);
  // `using` is part of the API; a project need not have its library set for it.
  await writeFile(output, '/// <reference lib="esnext.disposable" />\n' + chunk.code);
}
