// The storeys of the runtime: each imports only from those below it, and nothing imports in a circle. Types count as well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const www = fileURLToPath(new URL('..', import.meta.url));
/** From the lowest; what is in none of them is an entry of the package, on top. */
const STOREYS = ['core', 'dom', 'features', 'go'];

const forbidden = [
  { name: 'a circle', from: { path: '^src/' }, to: { circular: true } },
  { name: 'a file that is not there', from: { path: '^src/' }, to: { couldNotResolve: true, path: '^[.]' } },
  ...STOREYS.map((storey, i) => ({ name: `above ${storey}`, from: { path: `^src/${storey}/` }, to: { path: '^src/', pathNot: `^src/(${STOREYS.slice(0, i + 1).join('|')})/` } })),
  // What two features share belongs to the core.
  { name: 'another feature', from: { path: '^src/features/([^/]+)/' }, to: { path: '^src/features/', pathNot: '^src/features/$1/' } },
];

const modules = async (rules) => {
  const tsConfig = extractTSConfig(`${www}tsconfig.json`);
  const { output } = await cruise(['src'], { baseDir: www, validate: true, ruleSet: { forbidden: rules }, tsPreCompilationDeps: true, tsConfig: { fileName: `${www}tsconfig.json` }, doNotFollow: { path: 'node_modules' } }, {}, { tsConfig });
  return output;
};

test('imports go down the storeys, and never in a circle', async () => {
  const { summary, modules: found } = await modules(forbidden);
  for (const storey of STOREYS) assert.ok(found.some(({ source }) => source.startsWith(`src/${storey}/`)), `nothing is in ${storey}`);
  // Types are seen too.
  assert.ok(found.some(({ dependencies }) => dependencies.some(({ dependencyTypes, resolved }) => dependencyTypes.includes('type-only') && resolved.startsWith('src/core/'))));
  assert.deepEqual(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`), []);
});
