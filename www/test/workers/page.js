// Starts each kind of worker, classic and module, and hears of it by a bridge; the tests read `results`.
import { assert } from '/chai/index.js';
import { createBus } from '/dist/trolleybus.js';

const bus = createBus({ start: 'demand' });
const message = { from: { message: { topic: 'answer', payload: ({ data }) => data } } };

const kinds = {
  dedicated(url, type, fail) {
    const worker = new Worker(url, { type });
    worker.onerror = fail;
    worker.postMessage('by its own');
    return bus.bridge(worker, message);
  },
  shared(url, type, fail) {
    const worker = new SharedWorker(url, { type });
    worker.onerror = fail;
    worker.port.postMessage('by its own');
    return bus.bridge(worker.port, message);
  },
  async service(url, type) {
    const { installing, active } = await navigator.serviceWorker.register(url, { type, scope: `/${type}/` });
    (installing ?? active).postMessage('run');
    return bus.bridge(navigator.serviceWorker, message);
  },
};

globalThis.run = async (kind, type) => {
  let end;
  try {
    return await new Promise(async (resolve, reject) => {
      bus.subscribe('answer', ({ made, result, error }) => error === undefined ? resolve({ made, ...result }) : reject(new Error(error)), { once: true });
      end = await kinds[kind](`${type}.js`, type, ({ message }) => reject(new Error(`the worker failed: ${message}`)));
    });
  } finally {
    end?.();
  }
};

const results = [];
for (const kind of Object.keys(kinds)) {
  for (const type of ['classic', 'module']) {
    let error = '';
    try {
      const { made, ...result } = await run(kind, type);
      const asked = kind === 'service' ? undefined : 'by its own';
      assert.deepEqual(result, { told: 'by port', asked, retried: 2, framed: 3, memory: true, failures: [] });
      assert.isString(made);
    } catch (cause) {
      error = `${cause}\n${cause?.stack}`;
    }
    results.push({ name: `${kind}/${type}`, error });
  }
}
globalThis.results = results;
