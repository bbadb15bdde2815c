// There is nothing to be built: these files are served as they are.
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';

const files = { 'index.html': 'index.html', '../shared/shop.css': 'shop.css', 'public/component.wasm': 'component.wasm' };

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await cp('src', 'dist/src', { recursive: true });
// The scripts of the package, which import each other; the program is the component above.
await cp('../node_modules/trolleybus', 'dist/trolleybus', { recursive: true, dereference: true, filter: (path) => !/\.(ts|map|wasm|md|txt|json)$|iife|inline|LICENSE$/.test(path) });
for (const [from, to] of Object.entries(files)) await copyFile(from, `dist/${to}`);
