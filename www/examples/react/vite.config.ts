import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page's program in Go, a file of public/.
const component = fileURLToPath(new URL('public/component.wasm', import.meta.url));

export default defineConfig({
  plugins: [react()],
  base: './',
  // Else the build has the program of the package too, which nobody loads.
  resolve: { alias: { 'trolleybus/program/../../trolleybus.wasm': component } },
});
