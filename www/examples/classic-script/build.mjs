// There is nothing to be built: these files are served as they are.
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';

const files = {
  'index.html': 'index.html',
  '../shared/shop.css': 'shop.css',
  'public/component.wasm': 'component.wasm',
  '../node_modules/trolleybus/trolleybus.iife.min.js': 'trolleybus.iife.min.js',
  '../node_modules/trolleybus/trolleybus.iife.min.js.map': 'trolleybus.iife.min.js.map',
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await cp('src', 'dist/src', { recursive: true });
for (const [from, to] of Object.entries(files)) await copyFile(from, `dist/${to}`);
