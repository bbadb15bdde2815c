import { data, MASK, newSink, sumOf, taker } from './work.js';

/** A request that a responder in JavaScript answers at once, against what the same answer takes without a bus. */
export function requestCases(bus) {
  const value = (data) => data.value;
  const bare = async (data) => data.value;
  const awaited = (name, ask) => {
    const sink = newSink();
    return { name, take: taker(sink), async run(n) { for (let i = 0; i < n; i++) sink.sum += await ask(data[i & MASK]); } };
  };
  bus.respond('bench.request', value);
  return [{
    name: 'request',
    budget: { ratios: { 'Promise.resolve().then': 0.25, 'async function': 0.25 } },
    note: 'each reply is awaited before the next request',
    expected: sumOf,
    subjects: [
      awaited('trolleybus', (data) => bus.request('bench.request', data)),
      awaited('Promise.resolve().then', (data) => Promise.resolve(data).then(value)),
      awaited('async function', bare),
    ],
  }];
}
