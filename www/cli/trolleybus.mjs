#!/usr/bin/env node
// The command of the npm package: `npx trolleybus copy DIR`.
import { readFileSync } from 'node:fs';
import { parse, UsageError, usage } from './arguments.mjs';
import { copy } from './copy.mjs';
import { report } from './report.mjs';

const from = new URL('./', import.meta.url);

try {
  const options = parse(process.argv.slice(2));
  if (options.help) console.log(usage);
  else if (options.version) console.log(JSON.parse(readFileSync(new URL('package.json', from), 'utf8')).version);
  else console.log(report(await copy(from, options), options));
} catch (error) {
  // What went wrong on this machine has a code of its system; everything else is a mistake of this program.
  if (!(error instanceof UsageError) && error.code === undefined) throw error;
  console.error(`trolleybus: ${error.message}`);
  if (error instanceof UsageError) console.error("Try 'npx trolleybus --help'.");
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
