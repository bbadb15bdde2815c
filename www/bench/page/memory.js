import { createBus } from 'trolleybus';

const bus = createBus({ onError: ({ error }) => { throw error; } });

let got = 0;
let topic = 0;
let order = 0;

const HISTORY = 1000;

const runs = {
  /** Subscribe and unsubscribe, literal and wildcard in turn, with an event in between each hundredth time. */
  pairs(n) {
    for (let i = 0; i < n; i++) {
      const off = bus.subscribe(i % 2 === 0 ? 'memory.pair' : 'memory.*', () => { got++; });
      if (i % 100 === 0) bus.publish('memory.pair', i);
      off();
    }
  },
  events(n) {
    for (let i = 0; i < n; i++) bus.publish('memory.event', { id: i, value: 1 });
  },
  /** Half of them with an id of their own. */
  deduped(n) {
    for (let i = 0; i < n; i++) bus.publish('memory.deduped', { id: i, value: 1 }, i % 2 === 0 ? { id: `order-${order++}` } : undefined);
  },
  retained(n) {
    for (let i = 0; i < n; i++) bus.publish('memory.retained', { id: i, value: 1 });
    const kept = bus.stats().retained;
    if (kept !== HISTORY) throw new Error(`the topic keeps ${kept} events`);
  },
  topics(n) {
    for (let i = 0; i < n; i++) bus.publish(`memory.topic.${topic++}`, i);
  },
};

/** What the driver calls; it reads the JavaScript heap in between. */
globalThis.bench = {
  async start() {
    await bus.ready;
    bus.subscribe('memory.event', () => { got++; });
    bus.subscribe('memory.deduped', () => { got++; }, { retry: {}, dedupe: { max: 10_000 } });
    bus.topic('memory.retained', { retain: true, history: HISTORY }).subscribe(() => { got++; });
    bus.subscribe('memory.topic.>', () => { got++; });
  },
  run(name, n) {
    got = 0;
    runs[name](n);
    return got;
  },
  wasm: () => bus.stats().memory,
};
