import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

let online = false, finish;
const finished = new Promise((resolve) => finish = resolve);
bus.subscribe('order.placed', async (order, { signal }) => {
  if (!online) throw new Error('the server does not answer'); // await fetch('/orders', { signal, ... })
  console.log('sent', order.id, signal.aborted);
  finish();
}, {
  name: 'server',
  timeout: 5000,
  retry: { attempts: 3, backoff: { initial: 10, factor: 2, max: 30_000 } },
});

const dead = new Promise((resolve) => bus.subscribe('$bus.dead.order.>', resolve, { once: true }));
bus.publish('order.placed', { id: 'A-1' });
const { subscription, attempts, error } = await dead;
console.log(subscription, attempts, error.message);

// Later: the dead letters go back to the subscription that failed.
online = true;
console.log(bus.deadLetters('order.>').length, bus.redrive('order.>', { rate: 100 }));
await finished;
console.log(bus.deadLetters().length, bus.stats().retried);
await bus.close();

// Output:
// server 3 the server does not answer
// 1 1
// sent A-1 false
// 0 2
