import EventEmitter2 from 'eventemitter2';
import mitt from 'mitt';
import { dataFirst, dataSecond } from 'bench:handlers';
import { data, MASK, newSink, sumOf, taker } from './work.js';

/** So many topics in each batch: ten rounds are a million, all different. */
const TOPICS = 100_000;

let made = 0;

/** Publishing to topics that nobody has published to before, with one subscriber of them all. */
export function topicCases(bus) {
  return [{
    name: 'topics/1M',
    budget: { under: 1500 },
    note: 'each topic made and published once, one wildcard subscriber gets all; mitt by its "*", which is outside of topics',
    fixed: TOPICS,
    expected: sumOf,
    subjects: [trolleybus, eventemitter2, mittAll].map((make) => make(bus)),
  }];
}

function trolleybus(bus) {
  const sink = newSink();
  bus.subscribe('sensor.>', dataFirst(sink)[0]);
  return { name: 'trolleybus', take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish(`sensor.${made++}.reading`, data[i & MASK]); } };
}

function eventemitter2() {
  const sink = newSink(), emitter = new EventEmitter2({ wildcard: true, delimiter: '.' });
  emitter.on('sensor.**', dataFirst(sink)[0]);
  return { name: 'eventemitter2', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(`sensor.${made++}.reading`, data[i & MASK]); } };
}

function mittAll() {
  const sink = newSink(), emitter = mitt();
  emitter.on('*', dataSecond(sink)[0]);
  return { name: 'mitt', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(`sensor.${made++}.reading`, data[i & MASK]); } };
}
