import { createBus } from 'trolleybus';

const bus = createBus();

bus.subscribe('order.placed', async ({ id }) => {
  console.log('1 stock looks at', id);
  bus.publish('stock.reserved', { id }); // waits until everybody has seen order.placed
  queueMicrotask(() => console.log('5 a microtask of the handler'));
  await undefined;
  console.log('6 the rest of an async handler');
});
bus.subscribe('order.*', () => console.log('2 the log sees the order'));
bus.subscribe('stock.*', () => console.log('3 the log sees the reservation'));

setTimeout(() => console.log('7 a task: timers, messages, clicks'));
bus.publish('order.placed', { id: 'A-1' });
console.log('4 publish has returned');

// As a stream: the loop's body runs in microtasks, and what it has not taken yet waits in a bounded queue.
await new Promise((resolve) => setTimeout(resolve, 5));
const ticks = bus.events('clock.tick', { overflow: { limit: 2, policy: 'drop-oldest' } });
for (const n of [8, 9, 10]) bus.publish('clock.tick', n);
for await (const { data } of ticks) {
  console.log(data, 'taken from the queue');
  if (data === 10) break;
}
await bus.close();

// Output:
// 1 stock looks at A-1
// 2 the log sees the order
// 3 the log sees the reservation
// 4 publish has returned
// 5 a microtask of the handler
// 6 the rest of an async handler
// 7 a task: timers, messages, clicks
// 9 taken from the queue
// 10 taken from the queue
