import { createBus } from 'trolleybus';

const bus = createBus({ onError: ({ name, topic, error }) => console.log(`${name} failed at ${topic}: ${error.message}`) });

// Exactly one topic, any one token, everything below.
const off = bus.subscribe('order.eu.placed', ({ id }) => console.log('billing', id));
bus.subscribe('order.*.placed', ({ id }, { topic }) => console.log('stock', topic, id));
bus.subscribe('order.>', (_, { seq, topic }) => console.log('log', seq, topic));

// One event, a condition, an end from outside.
const end = new AbortController();
bus.subscribe('order.>', ({ id }) => console.log('first', id), { once: true });
bus.subscribe('order.>', ({ id }) => console.log('large', id), { filter: ({ total }) => total > 100, signal: end.signal });
bus.subscribe('order.us.>', () => { throw new Error('no stamps'); }, { name: 'post' });

bus.publish('order.eu.placed', { id: 'A-1', total: 30 });
off();
bus.publish('order.us.placed', { id: 'A-2', total: 300 });
end.abort();

try {
  bus.publish('order..placed');
} catch (error) {
  console.log(error.code, error.message);
}
console.log(bus.subscriptions().length, bus.stats().failed);
await bus.close();

// Output:
// billing A-1
// stock order.eu.placed A-1
// log 1 order.eu.placed
// first A-1
// stock order.us.placed A-2
// log 2 order.us.placed
// large A-2
// post failed at order.us.placed: no stamps
// TB_TOPIC topic "order..placed": has an empty token (at position 6)
// 3 1
