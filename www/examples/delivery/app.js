import { createBus } from 'trolleybus';
import * as z from 'zod';

const bus = createBus();
await bus.ready;

// Data that is not of the schema is its publisher's error. The last order is kept for who comes later.
const orders = bus.topic('order.placed', { schema: z.object({ id: z.string(), total: z.number().positive() }), retain: true });
try {
  orders.publish({ id: 'A-0', total: -1 });
} catch (error) {
  console.log(error.code, error.issues[0].path[0]);
}
orders.publish({ id: 'A-1', total: 30 });

// The printer comes late and begins with the kept order. It fails, is tried again, and then given up.
bus.subscribe('order.placed', () => { throw new Error('no paper'); },
  { name: 'printer', replay: 1, retry: { attempts: 3, backoff: { initial: 10 } } });
await new Promise((resolve) => bus.subscribe('$bus.dead.order.placed', ({ subscription, attempts, error }) => {
  console.log(`${subscription} gave up after ${attempts} attempts: ${error.message}`);
  resolve();
}));

// Somebody answers, whoever that is.
bus.respond('price.get', async ({ item }) => item.length);
console.log(await bus.request('price.get', { item: 'tea' }, { timeout: 1000 }));
await bus.close();
// Prints:
// TB_SCHEMA total
// printer gave up after 3 attempts: no paper
// 3
