import EventEmitter2 from 'eventemitter2';
import { getChannel } from 'postal';
import postal2 from 'postal-2';
import PubSub from 'pubsub-js';
import { dataFirst, dataSecond, payload } from 'bench:handlers';
import { data, MASK, newSink, sumOf, taker } from './work.js';

const TOPICS = Array.from({ length: 100 }, (_, i) => `order.eu.${i}.placed`);

/** Ten patterns that match each of TOPICS, and no topic of another case: they share one bus. */
const MATCHING = [
  'order.>', 'order.eu.>', 'order.*.*.placed', 'order.eu.*.placed', '*.eu.*.placed',
  '*.*.*.placed', 'order.eu.*.*', 'order.*.*.*', '*.eu.*.*', 'order.*.>',
];

/** Patterns that match none of them, 990, of five kinds. */
const OTHERS = Array.from({ length: 990 }, (_, i) =>
  [`order.r${i}.*.placed`, `customer.${i}.>`, `*.r${i}.7.shipped`, `stock.*.${i}`, `order.eu.*.state${i}`][i % 5]);

/** publish through 1,000 wildcard subscriptions of which 10 match, to 100 topics in turn. */
export function wildcardCases(bus) {
  return [{
    name: 'publish/wildcard',
    budget: { ratios: { '*': 3 } },
    note: '1,000 patterns, 10 matching, 100 topics in turn; pubsub-js has no wildcards: there subscribers of the levels above get the message',
    expected: (n) => sumOf(n) * MATCHING.length,
    subjects: [trolleybus, eventemitter2, postal, postalTwo, pubsub].map((make) => make(bus)),
  }];
}

/** Subscribes the ten handlers among the others, which must not be called. */
function subscribeAll(handlers, subscribe, translate = (pattern) => pattern) {
  const every = OTHERS.length / MATCHING.length;
  OTHERS.forEach((pattern, i) => {
    if (i % every === 0) subscribe(translate(MATCHING[i / every]), handlers[i / every]);
    subscribe(translate(pattern), wrong);
  });
}

function wrong() {
  throw new Error('a pattern matched that does not');
}

function trolleybus(bus) {
  const sink = newSink();
  subscribeAll(dataFirst(sink), bus.subscribe);
  return { name: 'trolleybus', take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish(TOPICS[i % 100], data[i & MASK]); } };
}

function eventemitter2() {
  const sink = newSink(), emitter = new EventEmitter2({ wildcard: true, delimiter: '.', maxListeners: 0 });
  subscribeAll(dataFirst(sink), (pattern, handler) => emitter.on(pattern, handler), (pattern) => pattern.replace('>', '**'));
  return { name: 'eventemitter2', take: taker(sink), run(n) { for (let i = 0; i < n; i++) emitter.emit(TOPICS[i % 100], data[i & MASK]); } };
}

function postal() {
  const sink = newSink(), channel = getChannel('wildcard');
  subscribeAll(payload(sink), channel.subscribe, (pattern) => pattern.replace('>', '#'));
  return { name: 'postal', take: taker(sink), run(n) { for (let i = 0; i < n; i++) channel.publish(TOPICS[i % 100], data[i & MASK]); } };
}

function postalTwo() {
  const sink = newSink(), channel = postal2.channel('wildcard');
  subscribeAll(dataFirst(sink), (pattern, handler) => channel.subscribe(pattern, handler), (pattern) => pattern.replace('>', '#'));
  return { name: 'postal 2', take: taker(sink), run(n) { for (let i = 0; i < n; i++) channel.publish(TOPICS[i % 100], data[i & MASK]); } };
}

function pubsub() {
  const sink = newSink();
  const levels = ['order', 'order.eu'];
  const translate = (pattern) => MATCHING.includes(pattern) ? levels[MATCHING.indexOf(pattern) % 2] : pattern.replace(/\.[*>]/g, '.x');
  subscribeAll(dataSecond(sink), (topic, handler) => PubSub.subscribe(topic, handler), translate);
  return { name: 'pubsub-js', take: taker(sink), run(n) { for (let i = 0; i < n; i++) PubSub.publishSync(TOPICS[i % 100], data[i & MASK]); } };
}
