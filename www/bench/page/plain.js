import EventEmitter2 from 'eventemitter2';
import EventEmitter3 from 'eventemitter3';
import mitt from 'mitt';
import { createNanoEvents } from 'nanoevents';
import { getChannel } from 'postal';
import postal2 from 'postal-2';
import PubSub from 'pubsub-js';
import { Subject } from 'rxjs';
import { dataFirst, dataSecond, detail, payload } from 'bench:handlers';
import { data, MASK, newSink, sumOf, taker } from './work.js';

// Literals, as in real code: a string that was put together would have to be looked up as a property name each time.
const sizes = [
  { count: 1, topic: 'order1.placed', nanoeventsBar: 0.6 },
  { count: 10, topic: 'order10.placed', nanoeventsBar: 0.95 },
  { count: 100, topic: 'order100.placed', nanoeventsBar: 0.95 },
];

/** publish/n: one topic, n plain subscribers. Each library has an instance of its own for each n. */
export function plainCases(bus) {
  return sizes.map(({ count, topic, nanoeventsBar }) => ({
    name: `publish/${count}`,
    budget: { ratios: { nanoevents: nanoeventsBar, '*': 1 } },
    expected: (n) => sumOf(n) * count,
    subjects: [trolleybus, nanoevents, mitt_, eventemitter3, eventemitter2, rxjs, eventTarget, postal, postalTwo, pubsub]
      .map((make) => make(count, topic, bus)),
  }));
}

function trolleybus(count, topic, bus) {
  const sink = newSink();
  for (const handler of dataFirst(sink).slice(0, count)) bus.subscribe(topic, handler);
  return { name: 'trolleybus', take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish(topic, data[i & MASK]); } };
}

function nanoevents(count, topic) {
  const sink = newSink(), emitter = createNanoEvents();
  for (const handler of dataFirst(sink).slice(0, count)) emitter.on(topic, handler);
  return { name: 'nanoevents', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(topic, data[i & MASK]); } };
}

function mitt_(count, topic) {
  const sink = newSink(), emitter = mitt();
  for (const handler of dataFirst(sink).slice(0, count)) emitter.on(topic, handler);
  return { name: 'mitt', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(topic, data[i & MASK]); } };
}

function eventemitter3(count, topic) {
  const sink = newSink(), emitter = new EventEmitter3();
  for (const handler of dataFirst(sink).slice(0, count)) emitter.on(topic, handler);
  return { name: 'eventemitter3', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(topic, data[i & MASK]); } };
}

function eventemitter2(count, topic) {
  const sink = newSink(), emitter = new EventEmitter2({ maxListeners: 0 });
  for (const handler of dataFirst(sink).slice(0, count)) emitter.on(topic, handler);
  return { name: 'eventemitter2', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(topic, data[i & MASK]); } };
}

// A Subject is one topic: it has nothing to look up.
function rxjs(count) {
  const sink = newSink(), subject = new Subject();
  for (const handler of dataFirst(sink).slice(0, count)) subject.subscribe(handler);
  return { name: 'rxjs Subject', take: taker(sink), run(n) { for (let i = 0; i < n; i++) subject.next(data[i & MASK]); } };
}

function eventTarget(count, topic) {
  const sink = newSink(), target = new EventTarget();
  for (const handler of detail(sink).slice(0, count)) target.addEventListener(topic, handler);
  return { name: 'EventTarget', take: taker(sink), run(n) { for (let i = 0; i < n; i++) target.dispatchEvent(new CustomEvent(topic, { detail: data[i & MASK] })); } };
}

function postal(count, topic) {
  const sink = newSink(), channel = getChannel(`plain${count}`);
  for (const handler of payload(sink).slice(0, count)) channel.subscribe(topic, handler);
  return { name: 'postal', take: taker(sink), run(n) { for (let i = 0; i < n; i++) channel.publish(topic, data[i & MASK]); } };
}

function postalTwo(count, topic) {
  const sink = newSink(), channel = postal2.channel(`plain${count}`);
  for (const handler of dataFirst(sink).slice(0, count)) channel.subscribe(topic, handler);
  return { name: 'postal 2', take: taker(sink), run(n) { for (let i = 0; i < n; i++) channel.publish(topic, data[i & MASK]); } };
}

function pubsub(count, topic) {
  const sink = newSink();
  for (const handler of dataSecond(sink).slice(0, count)) PubSub.subscribe(topic, handler);
  return { name: 'pubsub-js', take: taker(sink), run(n) { for (let i = 0; i < n; i++) PubSub.publishSync(topic, data[i & MASK]); } };
}
