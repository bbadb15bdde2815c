// Builds the example apps (all, or those named as arguments) as their users would: with the packed package installed,
// each by its own tool chain into its own dist/.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildWasm } from './go.mjs';
import { build, dist, www } from './paths.mjs';

const run = promisify(execFile);
const examples = join(www, 'examples');
const made = join(build, 'examples');
const { workspaces } = JSON.parse(await readFile(join(examples, 'package.json'), 'utf8'));
const names = process.argv.length > 2 ? process.argv.slice(2) : workspaces;

await mkdir(made, { recursive: true });
await Promise.all([install(), buildWasm('./examples/component', join(made, 'component.wasm'), www)]);
const queue = [...names];
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let name; (name = queue.shift()) !== undefined;) await buildApp(name);
}));

/** Puts what `npm pack` makes of the package where `npm install` would. */
async function install() {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', made, dist], { maxBuffer: 1 << 24 });
  const [packed] = Object.values(JSON.parse(stdout));
  const place = join(examples, 'node_modules', 'trolleybus');
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  await run('tar', ['-xzf', join(made, packed.filename), '--strip-components=1', '-C', place]);
}

async function buildApp(name) {
  const directory = join(examples, name);
  const began = performance.now();
  await mkdir(join(directory, 'public'), { recursive: true });
  await copyFile(join(made, 'component.wasm'), join(directory, 'public', 'component.wasm'));
  try {
    await run('npm', ['run', 'build'], { cwd: directory, maxBuffer: 1 << 26, env: { ...process.env, CI: '1', NO_COLOR: '1', NG_CLI_ANALYTICS: 'false', NEXT_TELEMETRY_DISABLED: '1' } });
  } catch (error) {
    throw new Error(`example ${name}: ${error.stdout}\n${error.stderr || error.message}`);
  }
  console.log(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
