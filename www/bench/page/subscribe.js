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

/** subscribe + unsubscribe: the pair alone, and with a publish in between, also beside 100 subscribers that stay. */
export function subscribeCases(bus) {
  return [
    pairs('subscribe+unsubscribe', 'form0.changed', 0, false, { ratios: { mitt: 1 / 3 } }, bus),
    pairs('subscribe+publish+unsubscribe', 'form1.changed', 0, true, undefined, bus),
    pairs('subscribe+publish+unsubscribe/100 others', 'form100.changed', 100, true, undefined, bus),
  ];
}

function pairs(name, topic, others, published, budget, bus) {
  const make = [trolleybus, mitt_, nanoevents, eventemitter3, eventemitter2, rxjs, eventTarget, postal, postalTwo, pubsub];
  return {
    name,
    budget,
    expected: (n) => published ? sumOf(n) : 0,
    subjects: make.map((make) => {
      const sink = newSink();
      const { name, publish, pair, pairPublished, stay } = make(sink, topic, bus);
      for (let i = 0; i < others; i++) stay(() => {});
      const run = published ? pairPublished : (n) => {
        pair(n);
        publish(data[0]); // reaches nobody
      };
      return { name, run, take: taker(sink) };
    }),
  };
}

function trolleybus(sink, topic, bus) {
  const [handler] = dataFirst(sink);
  return {
    name: 'trolleybus',
    stay: (handler) => bus.subscribe(topic, handler),
    publish: (value) => bus.publish(topic, value),
    pair(n) { for (let i = 0; i < n; i++) bus.subscribe(topic, handler)(); },
    pairPublished(n) {
      for (let i = 0; i < n; i++) {
        const off = bus.subscribe(topic, handler);
        bus.publish(topic, data[i & MASK]);
        off();
      }
    },
  };
}

function mitt_(sink, topic) {
  return onOff('mitt', mitt(), dataFirst(sink)[0], topic,
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.off(topic, handler); } },
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.emit(topic, data[i & MASK]); emitter.off(topic, handler); } });
}

function eventemitter3(sink, topic) {
  return onOff('eventemitter3', new EventEmitter3(), dataFirst(sink)[0], topic,
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.off(topic, handler); } },
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.emit(topic, data[i & MASK]); emitter.off(topic, handler); } });
}

function eventemitter2(sink, topic) {
  return onOff('eventemitter2', new EventEmitter2({ maxListeners: 0 }), dataFirst(sink)[0], topic,
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.off(topic, handler); } },
    (emitter, handler, n) => { for (let i = 0; i < n; i++) { emitter.on(topic, handler); emitter.emit(topic, data[i & MASK]); emitter.off(topic, handler); } });
}

/** The libraries with on, off and emit. The loops come from the caller, so that each library has its own. */
function onOff(name, emitter, handler, topic, pair, pairPublished) {
  return {
    name,
    stay: (handler) => emitter.on(topic, handler),
    publish: (value) => emitter.emit(topic, value),
    pair: (n) => pair(emitter, handler, n),
    pairPublished: (n) => pairPublished(emitter, handler, n),
  };
}

function nanoevents(sink, topic) {
  const emitter = createNanoEvents(), [handler] = dataFirst(sink);
  return {
    name: 'nanoevents',
    stay: (handler) => emitter.on(topic, handler),
    publish: (value) => emitter.emit(topic, value),
    pair(n) { for (let i = 0; i < n; i++) emitter.on(topic, handler)(); },
    pairPublished(n) { for (let i = 0; i < n; i++) { const off = emitter.on(topic, handler); emitter.emit(topic, data[i & MASK]); off(); } },
  };
}

function rxjs(sink) {
  const subject = new Subject(), [handler] = dataFirst(sink);
  return {
    name: 'rxjs Subject',
    stay: (handler) => subject.subscribe(handler),
    publish: (value) => subject.next(value),
    pair(n) { for (let i = 0; i < n; i++) subject.subscribe(handler).unsubscribe(); },
    pairPublished(n) { for (let i = 0; i < n; i++) { const s = subject.subscribe(handler); subject.next(data[i & MASK]); s.unsubscribe(); } },
  };
}

function eventTarget(sink, topic) {
  const target = new EventTarget(), [handler] = detail(sink);
  return {
    name: 'EventTarget',
    stay: (handler) => target.addEventListener(topic, handler),
    publish: (value) => target.dispatchEvent(new CustomEvent(topic, { detail: value })),
    pair(n) { for (let i = 0; i < n; i++) { target.addEventListener(topic, handler); target.removeEventListener(topic, handler); } },
    pairPublished(n) {
      for (let i = 0; i < n; i++) {
        target.addEventListener(topic, handler);
        target.dispatchEvent(new CustomEvent(topic, { detail: data[i & MASK] }));
        target.removeEventListener(topic, handler);
      }
    },
  };
}

function postal(sink, topic) {
  const channel = getChannel(topic), [handler] = payload(sink);
  return {
    name: 'postal',
    stay: (handler) => channel.subscribe(topic, handler),
    publish: (value) => channel.publish(topic, value),
    pair(n) { for (let i = 0; i < n; i++) channel.subscribe(topic, handler)(); },
    pairPublished(n) { for (let i = 0; i < n; i++) { const off = channel.subscribe(topic, handler); channel.publish(topic, data[i & MASK]); off(); } },
  };
}

function postalTwo(sink, topic) {
  const channel = postal2.channel(topic), [handler] = dataFirst(sink);
  return {
    name: 'postal 2',
    stay: (handler) => channel.subscribe(topic, handler),
    publish: (value) => channel.publish(topic, value),
    pair(n) { for (let i = 0; i < n; i++) channel.subscribe(topic, handler).unsubscribe(); },
    pairPublished(n) { for (let i = 0; i < n; i++) { const s = channel.subscribe(topic, handler); channel.publish(topic, data[i & MASK]); s.unsubscribe(); } },
  };
}

function pubsub(sink, topic) {
  const [handler] = dataSecond(sink);
  return {
    name: 'pubsub-js',
    stay: (handler) => PubSub.subscribe(topic, handler),
    publish: (value) => PubSub.publishSync(topic, value),
    pair(n) { for (let i = 0; i < n; i++) PubSub.unsubscribe(PubSub.subscribe(topic, handler)); },
    pairPublished(n) { for (let i = 0; i < n; i++) { const token = PubSub.subscribe(topic, handler); PubSub.publishSync(topic, data[i & MASK]); PubSub.unsubscribe(token); } },
  };
}
