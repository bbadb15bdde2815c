import { createBus } from 'trolleybus';

const bus = createBus({ start: 'demand', onError: () => {} });
bus.subscribe('order.placed', () => {}, { name: 'mail' });
bus.subscribe('order.*', () => { throw new Error('the printer is out of paper'); }, { name: 'invoice' });

// Who wants what, and what became of each call.
const stop = bus.observe({
  interest: (pattern, { on, kind, side }) => console.log(on ? 'wanted:' : 'not wanted:', pattern, `(${kind}, ${side})`),
  delivered: ({ topic }, { name }, { outcome, error }) => console.log(topic, 'to', name, outcome, error?.message ?? ''),
});
bus.publish('order.placed', { id: 'A-1' });
stop();
bus.publish('order.placed', { id: 'A-2' });
await bus.close();

// Output:
// wanted: order.placed (subscriber, js)
// wanted: order.* (subscriber, js)
// order.placed to mail ok
// order.placed to invoice failed the printer is out of paper
