import { execFile } from 'node:child_process';
import { access, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './paths.mjs';

const run = promisify(execFile);

/** Runs the go command in the repository and returns what it printed; throws with the compiler's words. */
export async function go(args, { env = {}, cwd = root } = {}) {
  try {
    const { stdout } = await run('go', args, { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
    return stdout.trim();
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('the go command is not on the PATH; install Go 1.26 or later, https://go.dev/dl/');
    throw new Error(`go ${args.join(' ')}\n${error.stderr || error.message}`);
  }
}

export function goEnv(name) {
  return go(['env', name]);
}

/** Where this Go keeps wasm_exec.js: lib/wasm since Go 1.24. */
export async function wasmExecPath() {
  const path = join(await goEnv('GOROOT'), 'lib', 'wasm', 'wasm_exec.js');
  await access(path).catch(() => {
    throw new Error(`${path} is missing; Go 1.26 or later has it, some distributions in a package of its own (golang-*-misc)`);
  });
  return path;
}

/** Builds a program for the page. */
export async function buildWasm(pkg, output, cwd = root) {
  await go(['build', '-trimpath', '-ldflags=-s -w', '-o', output, pkg], { env: { GOOS: 'js', GOARCH: 'wasm' }, cwd });
  await chmod(output, 0o644); // the page loads it, nobody executes the file
}
