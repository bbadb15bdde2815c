import { createBus } from 'trolleybus';
import { data, MASK, newSink, sumOf, taker } from './work.js';

/** What it costs a bus that somebody observes it, or that somebody did. Each has a bus of its own, beside one that nobody ever observed. */
export async function observeCases() {
  const seen = { count: 0 };
  const delivered = () => { seen.count++; };
  const cases = [
    ['ended', 'the observer has ended', 0.95, (bus) => bus.observe({ delivered })()],
    ['interest', 'an observer of interest alone', undefined, (bus) => bus.observe({ interest() {} })],
    ['delivered', 'an observer that counts deliveries', undefined, (bus) => bus.observe({ delivered })],
  ];
  return Promise.all(cases.map(async ([name, note, least, observe]) => ({
    name: `observe/${name}`,
    note: `publish to one subscriber; ${note}`,
    ...least !== undefined && { budget: { ratios: { '*': least } } },
    expected: sumOf,
    subjects: [await observed('trolleybus', observe), await observed('nobody ever observed', () => {})],
  })));
}

async function observed(name, observe) {
  const bus = createBus(), sink = newSink();
  await bus.ready;
  bus.subscribe('order.observed', (value) => { sink.sum += value.value; });
  observe(bus);
  return { name, take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish('order.observed', data[i & MASK]); } };
}
