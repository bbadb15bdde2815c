// The entry points of the npm package beside the bus itself: build, manifest and sizes follow this list. Each imports
// what it shares with others from a file of its own (parts.mjs), so that a page has that once.
// `peers`: what the user installs beside it, all optional. `kind`: what `make size` measures it as.
export const entries = [
  { name: 'core', source: 'core.ts', kind: 'core' },
  { name: 'go', source: 'go.ts', sideEffects: true },
  ...['requests', 'policies', 'keeping', 'schemas', 'cloudevents', 'inspection'].map((name) => ({ name, source: `features/${name}/index.ts`, kind: 'feature' })),
  { name: 'testing', source: 'testing/index.ts' },
  // Beside the classic script it must not load what that has: what it shares with it is in the page's registry.
  { name: 'json-schema', source: 'json-schema.ts', peers: { '@cfworker/json-schema': '^4.1.1' }, sideEffects: true, apart: true },
  { name: 'mitt', source: 'facades/mitt.ts', kind: 'facade' },
  { name: 'events', source: 'facades/events/index.ts', kind: 'facade' },
  { name: 'react', source: 'adapters/react.ts', kind: 'adapter', peers: { react: '>=18' }, banner: "'use client';" },
  { name: 'vue', source: 'adapters/vue.ts', kind: 'adapter', peers: { vue: '>=3.3' } },
  { name: 'svelte', source: 'adapters/svelte.ts', kind: 'adapter', peers: { svelte: '>=5.7' } },
  { name: 'solid', source: 'adapters/solid.ts', kind: 'adapter', peers: { 'solid-js': '>=1.6' } },
  { name: 'angular', source: 'adapters/angular.ts', kind: 'adapter', peers: { '@angular/core': '>=17', rxjs: '>=7' } },
  { name: 'lit', source: 'adapters/lit.ts', kind: 'adapter', peers: { lit: '>=3' } },
  { name: 'rxjs', source: 'adapters/rxjs.ts', kind: 'adapter', peers: { rxjs: '>=7' } },
  { name: 'html', source: 'html/index.ts', kind: 'html' },
  { name: 'inline', source: 'inline.ts', kind: 'inline' },
];

export const peers = Object.assign({}, ...entries.map((entry) => entry.peers));
