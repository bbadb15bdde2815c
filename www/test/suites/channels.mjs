import { until } from './contract.mjs';

/** What a platform has to send messages with, and to tell of an end. `echo`: a WebSocket's URL that sends back what it gets. */
const channels = (echo) => ({
  'a MessagePort': () => {
    const { port1, port2 } = new MessageChannel();
    return { target: port1, send: (text) => port2.postMessage(text), close: () => port1.close() };
  },
  'a BroadcastChannel': () => {
    const name = `channel ${Math.random()}`, target = new BroadcastChannel(name), other = new BroadcastChannel(name);
    return { target, send: (text) => other.postMessage(text), close: () => (target.close(), other.close()) };
  },
  'an AbortSignal': () => {
    const controller = new AbortController();
    return { target: controller.signal, type: 'abort', send: (text) => controller.abort(text), read: ({ target }) => target.reason, close: () => {} };
  },
  ...(echo && {
    'a WebSocket': async () => {
      const target = new WebSocket(echo);
      await new Promise((resolve, reject) => Object.assign(target, { onopen: resolve, onerror: () => reject(new Error(`no WebSocket at ${echo}`)) }));
      return { target, send: (text) => target.send(text), close: () => new Promise((resolve) => (target.onclose = resolve, target.close())) };
    },
  }),
});

// A bridge joins whatever is an EventTarget, also one that is no node, and one that nobody has started.
export function channelBridges(test, assert, make, echo) {
  for (const [name, open] of Object.entries(channels(echo))) {
    test(`a bridge takes what comes by ${name}, brings it what is published, and ends`, async () => {
      const bus = await make(), opened = [];
      const joined = async () => {
        const channel = await open(), { target, type = 'message', read = ({ data }) => data } = channel;
        opened.push(channel);
        return { ...channel, type, end: bus.bridge(target, { from: { [type]: { topic: 'got', payload: read } }, to: { 'said.*': true } }) };
      };
      const got = [], heard = [];
      bus.subscribe('got', (text) => got.push(text));
      try {
        const { target, send, end } = await joined();
        target.addEventListener('said:hello', ({ detail }) => heard.push(detail));
        bus.publish('said.hello', { to: name });
        assert.deepEqual([heard, got], [[{ to: name }], []]);
        send('one');
        await until(() => got.length > 0);
        assert.deepEqual(got, ['one']);
        end();
        bus.publish('said.hello', 'nobody');
        assert.lengthOf(heard, 1);

        const ended = await joined();
        ended.end();
        const came = new Promise((resolve) => ended.target.addEventListener(ended.type, resolve));
        ended.target.start?.();
        ended.send('two');
        await came;
        assert.deepEqual([got, bus.stats().failed], [['one'], 0]);
      } finally {
        await Promise.all(opened.map(({ close }) => close()));
      }
    });
  }
}
