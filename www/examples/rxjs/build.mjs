import { cp, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

await mkdir('dist', { recursive: true });
await Promise.all([
  build({ entryPoints: ['src/main.ts'], bundle: true, format: 'esm', target: 'es2022', minify: true, outdir: 'dist' }),
  cp('index.html', 'dist/index.html'),
  cp('public/component.wasm', 'dist/component.wasm'),
]);
