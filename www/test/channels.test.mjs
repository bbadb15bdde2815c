import { after, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';
import { channelBridges } from './suites/channels.mjs';

const made = [];
after(() => Promise.all(made.map((bus) => bus.close())));

function create(options) {
  const bus = createBus(options);
  made.push(bus);
  return bus;
}

describe('channels', () => channelBridges(test, assert, async () => create({ start: 'demand' })));

test('a bus in a worker of Node has Go, and a bridge joins its parentPort', async () => {
  const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    import { createBus } from '${new URL('../../dist/trolleybus.js', import.meta.url)}';
    const bus = createBus();
    let attempts = 0;
    bus.subscribe('asked', (text) => {
      if (++attempts < 2) throw new Error('again');
      parentPort.postMessage({ text, attempts, memory: bus.stats().memory > 0 });
    }, { retry: { backoff: { initial: 1 } } });
    bus.bridge(parentPort, { from: { message: { topic: 'asked', payload: ({ data }) => data } } });
  `)));
  try {
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage('by its port');
    });
    assert.deepEqual(answer, { text: 'by its port', attempts: 2, memory: true });
  } finally {
    await worker.terminate();
  }
});
