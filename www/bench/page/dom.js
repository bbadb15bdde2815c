import { data, MASK, newSink, sumOf, taker } from './work.js';

/** A DOM event becomes a topic, and the topic a CustomEvent elsewhere, against the listener that one writes by hand. */
export function domCases(bus) {
  return [{
    name: 'DOM event -> topic -> CustomEvent',
    budget: { ratios: { 'by hand': 1 / 1.5 } },
    expected: sumOf,
    subjects: [bridged(bus), byHand()],
  }];
}

// Whoever fires the event has the data beside it, as a listener would read it from a form or a button.
let next;

function bridged(bus) {
  const { source, destination, sink } = elements();
  bus.bridge(source, { from: { press: { topic: 'ui.press', payload: () => next } } });
  bus.bridge(destination, { to: { 'ui.press': true } });
  return { name: 'trolleybus', take: taker(sink), run(n) { for (let i = 0; i < n; i++) { next = data[i & MASK]; source.dispatchEvent(new Event('press')); } } };
}

function byHand() {
  const { source, destination, sink } = elements();
  source.addEventListener('press', () => {
    destination.dispatchEvent(new CustomEvent('ui:press', { detail: next, bubbles: true, composed: true, cancelable: true }));
  });
  return { name: 'by hand', take: taker(sink), run(n) { for (let i = 0; i < n; i++) { next = data[i & MASK]; source.dispatchEvent(new Event('press')); } } };
}

function elements() {
  const sink = newSink();
  const [source, destination] = [document.createElement('button'), document.createElement('output')];
  document.body.append(source, destination);
  destination.addEventListener('ui:press', (event) => { sink.sum += event.detail.value; });
  return { source, destination, sink };
}
