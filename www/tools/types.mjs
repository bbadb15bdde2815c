import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { www } from './paths.mjs';

/** Writes all public types as one file. */
export async function bundleTypes(entry, output) {
  const bundle = await rollup({
    input: entry,
    external: [/^go:/, 'trolleybus'],
    plugins: [dts({ tsconfig: join(www, 'tsconfig.json') })],
    onwarn(warning) {
      throw new Error(`types: ${warning.message}`);
    },
  });
  const { output: [chunk] } = await bundle.generate({ format: 'es', paths: { trolleybus: './trolleybus.js' } });
  await bundle.close();
  const leaks = chunk.code.match(/^.*(?:from|import\()\s*['"](?!\.\/trolleybus\.js['"])[^'"]+['"].*$/gm);
  if (leaks !== null) throw new Error(`types: ${output} must stand with the package alone, but has\n${leaks.join('\n')}`);
  // `using` is part of the API; a project need not have its library set for it.
  await writeFile(output, '/// <reference lib="esnext.disposable" />\n' + chunk.code);
}
