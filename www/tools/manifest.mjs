import { entries, peers } from './entries.mjs';

/** The package.json of the published package. */
export function manifest(version) {
  return {
    name: 'trolleybus',
    version,
    description: 'A publish/subscribe bus written in Go, for JavaScript and Go components of a web page',
    keywords: ['pubsub', 'event-bus', 'eventtarget', 'customevent', 'webassembly', 'wasm', 'golang'],
    license: 'Apache-2.0',
    type: 'module',
    bin: { trolleybus: 'cli.js' },
    exports: {
      '.': { types: './trolleybus.d.ts', default: './trolleybus.js' },
      './iife': { types: './trolleybus.iife.d.ts', default: './trolleybus.iife.js' },
      ...Object.fromEntries(entries.map(({ name }) => [`./${name}`, { types: `./${name}.d.ts`, default: `./${name}.js` }])),
      './trolleybus.wasm': './trolleybus.wasm',
      // Where src/index.ts looks for the program when Vite has moved it; also the name by which an alias replaces the program.
      './program/*': './trolleybus.wasm',
      './wasm_exec.js': './wasm_exec.js',
      './package.json': './package.json',
    },
    // For tools that do not know `exports` yet.
    main: './trolleybus.js',
    types: './trolleybus.d.ts',
    sideEffects: ['./trolleybus.iife.js', './trolleybus.iife.min.js', './wasm_exec.js', ...entries.filter((entry) => entry.sideEffects).map(({ name }) => `./${name}.js`)],
    files: ['*.js', '*.js.map', '*.d.ts', '*.wasm', 'LICENSE*'],
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
    engines: { node: '>=20' },
  };
}

/** The types of the classic script: the global that it sets. */
export const iifeTypes = `import type * as api from './trolleybus.js';

declare global {
  var trolleybus: typeof api;
}

export {};
`;
