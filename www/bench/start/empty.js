import { began } from './begin.js';
import 'go:stock';

// As Go's own page loads a program (lib/wasm/wasm_exec.html).
const go = new Go();
globalThis.started = WebAssembly.instantiateStreaming(fetch('empty.wasm'), go.importObject).then(({ instance }) => new Promise((resolve) => {
  globalThis.goStarted = () => resolve({ ready: performance.now() - began });
  go.run(instance);
}));
