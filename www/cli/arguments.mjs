import { parseArgs } from 'node:util';

export const usage = `npx trolleybus copy DIR [options]

Copies the package into a static folder, under names that change with the content, so that the files may be cached for
good. Prints the tag with its integrity, and the Content-Security-Policy that it needs. Other files in DIR stay as they are.

  --module       the ES module, with an import map, instead of the classic script
  --entry NAME   with --module: also trolleybus/NAME, such as mitt or html; may be given several times
  --base URL     where DIR is served, such as /static/ or https://cdn.example/bus/; else beside the page
  --json         print JSON
  --version      print the version of the package
  -h, --help     print this`;

/** The user's mistake in the arguments. */
export class UsageError extends Error {}

const options = {
  module: { type: 'boolean', default: false },
  entry: { type: 'string', multiple: true, default: [] },
  base: { type: 'string', default: '' },
  json: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** @throws UsageError naming what is wrong. */
export function parse(args) {
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({ args, options, allowPositionals: true }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (values.help || values.version) return values;
  const [command, directory, ...more] = positionals;
  if (command === undefined) throw new UsageError('no command; there is one: copy DIR');
  if (command !== 'copy') throw new UsageError(`no command ${JSON.stringify(command)}; there is one: copy DIR`);
  if (!directory) throw new UsageError('copy needs the folder to copy to: copy DIR');
  if (more.length > 0) throw new UsageError(`copy takes one folder, not also ${more.join(' ')}`);
  if (values.entry.length > 0 && !values.module) throw new UsageError('--entry is for --module; the classic script is one file');
  return { ...values, directory, base: base(values.base) };
}

/**
 * The folder's URL, to which names of files are appended, as it may stand in a tag. A browser reads spaces and other
 * alphabets as what they are replaced by here.
 */
function base(text) {
  const refuse = (why) => new UsageError(`--base ${JSON.stringify(text)} ${why}`);
  if (/["<>\\\u0000-\u001f\u007f]/.test(text)) throw refuse('is not a URL');
  const [, sign] = /([?#])/.exec(text) ?? [];
  if (sign !== undefined) throw refuse(`is no folder, to whose URL the names of files can be added; a folder with ${sign} in its name is ${encodeURIComponent(sign)} in a URL`);
  if (/^[a-z][a-z\d+.-]*:/i.test(text) && !/^https?:\/\/[^/]/i.test(text)) throw refuse('is neither a path nor an http(s) URL');
  if (/^(https?:)?\/\//i.test(text)) {
    const url = URL.canParse(text, 'https://page.example/') ? new URL(text, 'https://page.example/') : undefined;
    // What stands in the policy is of a few signs, and a page cannot load from a URL with a password.
    if (url === undefined || !/^[\w.:[\]-]+$/.test(url.host) || url.username || url.password) throw refuse('has no host that a page can load from');
  }
  const url = text.replace(/[^!-~]/gu, encodeURIComponent);
  return url === '' || url.endsWith('/') ? url : `${url}/`;
}
