import mitt from 'mitt';
import { createBus } from 'trolleybus';
import { drive } from '../drive.js';
import { data, MASK, newSink, sumOf, taker } from '../work.js';
import { react } from './react.js';
import { solid } from './solid.js';
import { vue } from './vue.js';

const COMPONENTS = 100;
const EVENTS = 10_000;
const budget = { ratios: { mitt: 1 / 1.3 } };

/**
 * The same components on our adapter and on mitt, with the code that one writes for it. A framework gives `ours` and
 * `mitt`, which mount components that use a handler (`listen`) or show the value of the last event in an <output>
 * (`show`), and `flush(publish)`, which publishes and has it shown, at once or when the promise that it returns resolves. `store`:
 * another way to write what shows the last event on mitt.
 */
drive(async () => {
  const bus = createBus({ onError({ error }) { throw error; } });
  await bus.ready;
  return [react, vue, solid].flatMap((framework) => {
    const { name, ours, mitt: theirs, store, flush } = framework;
    // An emitter for each case, as our bus has a topic for each.
    const onMitt = (name, components, topic, make, emitter = mitt()) => make(name, components(emitter, topic), (from, to) => { for (let i = from; i < to; i++) emitter.emit(topic, data[i & MASK]); });
    const both = (topic, make) => [
      make('trolleybus', ours(bus, topic), (from, to) => { for (let i = from; i < to; i++) bus.publish(topic, data[i & MASK]); }),
      onMitt('mitt', theirs, topic, make),
    ];
    const shows = (topic, make) => [...both(topic, make), ...(store === undefined ? [] : [onMitt('mitt as a store', store, topic, make)])];
    return [{
      name: `${name}: events to handlers of ${COMPONENTS} components`,
      budget,
      expected: (n) => sumOf(n) * COMPONENTS,
      subjects: both(`${name}.handled`, (name, { listen }, publish) => {
        const sink = newSink();
        listen(COMPONENTS, sink);
        return { name, take: taker(sink), run: (n) => publish(0, n) };
      }),
    }, {
      name: `${name}: ${EVENTS.toLocaleString('en')} events to ${COMPONENTS} components that show the last`,
      budget,
      fixed: EVENTS,
      expected: lastOf,
      subjects: shows(`${name}.burst`, (name, { show }, publish) => ({ name, take: shown(show(COMPONENTS)), run: (n) => flush(() => publish(0, n)) })),
    }, {
      name: `${name}: ${COMPONENTS} components that show each event`,
      budget,
      expected: lastOf,
      subjects: shows(`${name}.each`, (name, { show }, publish) => ({
        name, take: shown(show(COMPONENTS)), run: (n) => inTurn(n, (i) => flush(() => publish(i, i + 1))),
      })),
    }];
  });
});

function lastOf(n) { return data[(n - 1) & MASK].value * COMPONENTS; }

/** Adds up what the components show. */
function shown(target) {
  return () => Array.from(target.querySelectorAll('output'), ({ textContent }) => Number(textContent)).reduce((sum, value) => sum + value, 0);
}

/** Calls `step` for each number below n, each when the last one's promise has resolved, where it returns one. */
function inTurn(n, step) {
  for (let i = 0; i < n; i++) {
    const waiting = step(i);
    if (waiting !== undefined) return waiting.then(async () => { while (++i < n) await step(i); });
  }
  return undefined;
}
