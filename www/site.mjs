// Makes ../build/site, what `make demo` serves: the landing page, the demo, the example apps that were built, and the
// documents of docs/ as pages.
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documents, renderDocument } from './tools/documents.mjs';
import { build, root, www } from './tools/paths.mjs';

const source = join(www, 'site');
const output = join(build, 'site');
const examples = join(www, 'examples');

await mkdir(output, { recursive: true });
// Emptied, not removed: a running server holds the directory open.
for (const name of await readdir(output)) await rm(join(output, name), { recursive: true });
await Promise.all([
  cp(source, output, { recursive: true, filter: (path) => !path.endsWith('page.html') }),
  cp(join(build, 'demo'), join(output, 'demo'), { recursive: true }),
  ...(await readdir(examples)).filter((name) => existsSync(join(examples, name, 'dist', 'index.html')))
    .map((name) => cp(join(examples, name, 'dist'), join(output, 'examples', name), { recursive: true })),
  pages(),
]);

async function pages() {
  const frame = await readFile(join(source, 'page.html'), 'utf8');
  for (const { name, file } of await documents(join(root, 'docs'))) {
    const parts = renderDocument(await readFile(file, 'utf8'));
    await mkdir(join(output, name), { recursive: true });
    await writeFile(join(output, name, 'index.html'), frame.replace(/{{(\w+)}}/g, (_, part) => parts[part]));
  }
}
