import { createBus } from 'trolleybus';

interface Topics {
  'order.placed': { id: string; total: number };
  'order.paid': { id: string };
}

const bus = createBus<Topics>();

// Billing publishes while it is being called.
bus.subscribe('order.placed', ({ id }) => bus.publish('order.paid', { id }));

// The log came later, and still sees an order placed before it is paid.
bus.subscribe('order.*', (data, event) => console.log(event.seq, event.topic, data.id));

// A handler that throws stops nobody, and is heard of once.
bus.subscribe('order.paid', () => { throw new Error('no paper'); }, { name: 'printer' });
bus.subscribe('$bus.error', ({ name, topic, error }) => console.log(`${name} failed at ${topic}: ${error}`));

bus.publish('order.placed', { id: 'A-1', total: 30 });
