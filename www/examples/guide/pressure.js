import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

// One promise at a time; of what waits only the newest price of each item.
const release = [];
bus.subscribe('price.*', (price, { topic }) => {
  console.log('draw', topic, price);
  return new Promise((resolve) => release.push(resolve));
}, { concurrency: 1, coalesce: (_, { topic }) => topic, overflow: { limit: 4, policy: 'drop-oldest' } });
for (const price of [1, 2, 3]) bus.publish('price.tea', price);
console.log(bus.pressure('price.tea'), bus.stats().coalesced);

const steps = bus.events('step', { overflow: { limit: 2, policy: 'drop-oldest' } });
for (const step of [1, 2, 3]) bus.publish('step', step);
for await (const { data } of steps) {
  console.log('step', data);
  if (data === 3) break;
}
console.log(bus.stats().dropped);
await bus.close();
// Prints:
// draw price.tea 1
// 0.25 1
// step 2
// step 3
// 1
