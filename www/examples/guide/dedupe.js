import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

bus.subscribe('payment.received', ({ amount }) => console.log('booked', amount), { dedupe: { window: 3600_000, max: 1000 } });
bus.publish('payment.received', { amount: 30 }, { id: 'p-1' });
bus.publish('payment.received', { amount: 30 }, { id: 'p-1' }); // the server has sent it again
bus.publish('payment.received', { amount: 30 }, { id: 'p-2' });
console.log(bus.stats().deduped);
await bus.close();
// Prints:
// booked 30
// booked 30
// 1
