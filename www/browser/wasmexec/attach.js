// Keeps what createBus({ wasm: running }) needs: wasmbrowsertest has the instance to itself.
globalThis.Go = class extends globalThis.Go {
  run(instance) {
    globalThis.running = { go: this, instance };
    return super.run(instance);
  }
};
