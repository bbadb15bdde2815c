import { readFile } from 'node:fs/promises';
import { goEnv, wasmExecPath } from './go.mjs';

/**
 * Lets TypeScript import the Go toolchain's wasm_exec.js as the module 'go:wasm_exec'. The file is Go's and differs
 * between Go versions, so it is read where Go is installed and never committed.
 */
export function wasmExecPlugin() {
  return {
    name: 'go:wasm_exec',
    setup(build) {
      build.onResolve({ filter: /^go:wasm_exec$/ }, ({ path }) => ({ path, namespace: 'go' }));
      build.onLoad({ filter: /^go:wasm_exec$/, namespace: 'go' }, async () => {
        const path = await wasmExecPath();
        return {
          contents: wasmExecModule(await readFile(path, 'utf8'), await goEnv('GOVERSION'), path),
          loader: 'js',
          watchFiles: [path],
        };
      });
    },
  };
}

const CLASS = /^(\s*)globalThis\.Go = class\b/gm;
// A use of the global as a bare identifier: neither a property (`x.fs`) nor part of a longer name.
const BARE_FS = /(?<![\w$.])fs(?=\s*\.)/g;
const BARE_GLOBAL = /(?<![\w$.])(?:fs|process|path)\s*\./;

/**
 * The text of the module: `goVersion`, and `evaluate()` that runs the file and returns its class Go. Importing it does
 * nothing yet. The file reads `fs` as a global when Go writes to the console, long after the loader has taken the
 * globals away, so that inside `evaluate` it becomes a constant, taken when the file has just set it.
 */
export function wasmExecModule(source, goVersion, path = 'wasm_exec.js') {
  const fail = (why) => {
    throw new Error(`${path} of ${goVersion} is not as expected: ${why}. www/tools/wasm-exec.mjs has to learn this version of the file.`);
  };
  if (!/^go\d+\.\d+/.test(goVersion)) throw new Error(`go env GOVERSION says ${JSON.stringify(goVersion)}, which is not a released Go version`);
  if (source.match(CLASS)?.length !== 1) fail('it does not assign globalThis.Go = class exactly once');
  if (!source.includes('globalThis.fs = {')) fail('it does not set globalThis.fs');
  if (!BARE_FS.test(source)) fail('it does not use the global fs');
  const bound = source
    .replace(BARE_FS, 'hostFS')
    .replace(CLASS, '$1const hostFS = globalThis.fs;\n$&');
  const left = BARE_GLOBAL.exec(bound);
  if (left !== null) fail(`it uses the global ${left[0]} in a way that outlives the global`);
  return `/*! wasm_exec.js: Copyright 2018 The Go Authors. BSD-style license, https://go.dev/LICENSE */
export const goVersion = ${JSON.stringify(goVersion)};
export function evaluate() {
${bound}
return globalThis.Go;
}
`;
}
