// The package in projects whose tests run in Jest and in Vitest, each with jsdom and without.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { entries } from '../tools/entries.mjs';

const run = promisify(execFile);
const www = fileURLToPath(new URL('..', import.meta.url));
const runners = join(www, 'runners');
const names = ['trolleybus', ...entries.map(({ name }) => `trolleybus/${name}`)].join(' ');
let project;

// A project of its own, which finds the runners and the frameworks in the folders above.
before(async () => {
  project = await mkdtemp(join(runners, '.project-'));
  await mkdir(join(project, 'node_modules'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await Promise.all([
    cp(join(www, '..', 'dist'), join(project, 'node_modules', 'trolleybus'), { recursive: true }),
    ...['jest', 'vitest', 'entries.js'].map((name) => cp(join(runners, name), join(project, name), { recursive: true })),
  ]);
});
after(() => rm(project, { recursive: true }));

const commands = {
  jest: (environment) => ['--experimental-vm-modules', '--no-warnings', join(runners, 'node_modules/jest/bin/jest.js'), `--env=${environment}`, '--ci', '--no-cache', '--maxWorkers=1'],
  vitest: (environment) => [join(runners, 'node_modules/vitest/vitest.mjs'), 'run', `--environment=${environment}`, '--no-file-parallelism'],
};

for (const [name, command] of Object.entries(commands)) {
  for (const environment of ['jsdom', 'node']) {
    describe(`${name} with ${environment}`, () => {
      test('each entry can be imported, Go comes up, and fake timers drive the bus', async () => {
        const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env;
        const { stdout, stderr } = await run(process.execPath, command(environment), {
          cwd: join(project, name), timeout: 300_000, env: { ...env, ENTRIES: names, NO_COLOR: '1', CI: '1' },
        }).catch((error) => error);
        assert.match(`${stdout}${stderr}`, /Tests:? +\d+ passed/, stderr);
        assert.notMatch(`${stdout}${stderr}`, /failed/);
      });
    });
  }
}
