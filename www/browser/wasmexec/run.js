// Runs the test program that the page was opened for; exitCode is its outcome.
(async () => {
  let code = 0;
  try {
    const go = new globalThis.Go();
    Object.assign(go, await (await fetch('/arguments')).json(), { exit: (given) => { code = given; } });
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/test.wasm'), go.importObject);
    await go.run(instance);
  } catch (error) {
    console.error(error?.stack ?? String(error));
    code = 1;
  }
  globalThis.exitCode = code;
})();
