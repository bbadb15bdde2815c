// Another loader starts this instance: let the runtime know it before Go runs.
globalThis.Go = class extends globalThis.Go {
  run(instance) {
    globalThis.trolleybus.attach?.(this, instance);
    return super.run(instance);
  }
};
