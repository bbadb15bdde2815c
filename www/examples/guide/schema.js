import { createBus } from 'trolleybus';
import * as z from 'zod';

const bus = createBus();

bus.topic('order.placed', {
  schema: z.object({ id: z.string(), total: z.number().positive() }),
  version: 2,
  upcast: { 1: ({ id, cents }) => ({ id, total: cents / 100 }) },
});
bus.subscribe('order.placed', ({ id, total }) => console.log(id, total));
bus.publish('order.placed', { id: 'A-1', total: 30 });
bus.publish('order.placed', { id: 'A-2', cents: 4000 }, { version: 1 });
for (const [data, options] of [[{ id: 'A-3', total: -1 }], [{}, { version: 3 }]]) {
  try {
    bus.publish('order.placed', data, options);
  } catch (error) {
    console.log(error.code, error.issues?.[0].path[0]);
  }
}
await bus.close();
// Prints:
// A-1 30
// A-2 40
// TB_SCHEMA total
// TB_VERSION undefined
