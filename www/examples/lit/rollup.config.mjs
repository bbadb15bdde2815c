import { cp, mkdir } from 'node:fs/promises';
import resolve from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';

// Files that Rollup leaves alone, and where they go.
const files = { 'index.html': 'index.html', 'public/component.wasm': 'component.wasm', '../shared/shop.css': 'shop.css' };

export default {
  input: 'src/main.ts',
  output: { dir: 'dist', format: 'es' },
  plugins: [resolve(), typescript({ include: ['src/**', '../shared/**'] }), {
    name: 'copy',
    async writeBundle() {
      await mkdir('dist', { recursive: true });
      for (const [from, to] of Object.entries(files)) await cp(from, `dist/${to}`);
    },
  }],
};
