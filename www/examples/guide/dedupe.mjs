import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

bus.subscribe('payment.received', ({ amount }) => console.log('booked', amount), { dedupe: { window: 60_000 } });
bus.subscribe('payment.>', ({ order }) => console.log('thanks for', order), { dedupe: { max: 1000, key: ({ order }) => order } });

// A server that is not sure whether it was heard sends again, with the same id.
for (const id of ['p-1', 'p-1', 'p-2']) bus.publish('payment.received', { order: 'A-1', amount: 30 }, { id });
console.log(bus.stats().deduped);
await bus.close();

// Output:
// booked 30
// thanks for A-1
// booked 30
// 3
