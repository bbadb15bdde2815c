import { createBus } from 'trolleybus';
import { z } from 'zod';

const bus = createBus({ dev: true });

const orders = bus.topic('order.placed', {
  version: 2,
  upcast: { 1: ({ sum, ...order }) => ({ ...order, total: sum }) }, // version 1 called it sum
  schema: z.object({ id: z.string(), total: z.number().positive() }),
});
orders.subscribe((order, { version }) => {
  console.log(version, order);
  order.total = 0; // somebody else gets it too: in dev mode this fails here
});
bus.subscribe('$bus.error', ({ error }) => console.log(error.name));

orders.publish({ id: 'A-1', total: 30 });
bus.publish('order.placed', { id: 'A-2', sum: 20 }, { version: 1 });
for (const [data, version] of [[{ id: 'A-3', total: -1 }, 2], [{ id: 'A-4' }, 7]]) {
  try {
    bus.publish('order.placed', data, { version });
  } catch (error) {
    console.log(error.code, error.issues?.map(({ path, message }) => `${path}: ${message}`) ?? '');
  }
}
await bus.close();

// Output:
// 2 { id: 'A-1', total: 30 }
// TypeError
// 2 { id: 'A-2', total: 20 }
// TypeError
// TB_SCHEMA [ 'total: Too small: expected number to be >0' ]
// TB_VERSION
