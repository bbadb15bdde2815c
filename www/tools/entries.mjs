// The entry points of the npm package beside the bus itself: build, manifest and sizes follow this list. Each imports
// the package as its users do, so that a page has the bus once.
// `peers`: what the user installs beside it, all optional. `kind`: what `make size` measures it as.
export const entries = [
  { name: 'testing', source: 'testing/index.ts' },
  { name: 'json-schema', source: 'json-schema.ts', peers: { '@cfworker/json-schema': '^4.1.1' }, sideEffects: true },
];

export const peers = Object.assign({}, ...entries.map((entry) => entry.peers));
