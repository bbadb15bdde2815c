import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

/** Lets TypeScript import the program as text, once it is built: `wasm:gzip`. */
export function inlinePlugin(program) {
  return {
    name: 'wasm:gzip',
    setup(build) {
      build.onResolve({ filter: /^wasm:gzip$/ }, ({ path }) => ({ path, namespace: 'wasm' }));
      build.onLoad({ filter: /^wasm:gzip$/, namespace: 'wasm' }, async () => {
        const text = gzipSync(await readFile(await program), { level: 9 }).toString('base64');
        // In lines, since what prints an error prints its line; atob skips white space.
        return { contents: `export default \`\n${text.replace(/.{160}/g, '$&\n')}\``, loader: 'js' };
      });
    },
  };
}
