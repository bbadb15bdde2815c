// What each kind of worker does with the bus, once it has the package: Go comes up from the file beside the script, a
// policy and frames work there, and a bridge takes what comes by a port, or by what the worker itself is.
const { createBus } = globalThis.trolleybus;
const made = (self.made ??= crypto.randomUUID()); // once in the life of a worker

async function work(own) {
  const { port1, port2 } = new MessageChannel();
  const bus = createBus();
  const failures = [];
  bus.subscribe('$bus.error', ({ error }) => failures.push(error.message));
  const once = (topic, options) => new Promise((resolve) => bus.subscribe(topic, resolve, options));
  const told = once('told');
  port2.postMessage('by port');
  bus.bridge(port1, { from: { message: { topic: 'told', coalesce: 'frame', payload: ({ data }) => data } } });
  const asked = own && once('asked');
  if (own) bus.bridge(own, { from: { message: { topic: 'asked', payload: ({ data }) => data } } });
  const retried = new Promise((resolve) => {
    let attempts = 0;
    bus.subscribe('work', () => { if (++attempts < 2) throw new Error('again'); resolve(attempts); }, { retry: { backoff: { initial: 1 } } });
  });
  const framed = once('moved', { frame: true });
  await bus.ready;
  bus.publish('work');
  for (const x of [1, 2, 3]) bus.publish('moved', x);
  const result = { told: await told, asked: await asked, retried: await retried, framed: await framed, memory: bus.stats().memory > 0, failures };
  await bus.close();
  return result;
}

const answer = (to, own) => work(own).then((result) => to.postMessage({ made, result }), (error) => to.postMessage({ error: String(error?.stack ?? error) }));
if (typeof DedicatedWorkerGlobalScope === 'function') answer(self, self);
else if (typeof SharedWorkerGlobalScope === 'function') self.onconnect = ({ ports: [port] }) => answer(port, port);
else self.onmessage = ({ source }) => answer(source);
