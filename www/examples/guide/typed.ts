import { createBus, type Bus } from 'trolleybus';

// Topics with their data. A template stands for topics that differ in one place.
interface Topics {
  'order.placed': { id: string; total: number };
  'cart.cleared': undefined;
  [topic: `stock.${string}`]: number;
}

// Requests with their replies, or as functions of what is asked. They need not be among the topics.
interface Requests {
  'time.get': string;
  'price.get': (data: { sku: string }) => { cents: number };
}

const bus = createBus<Topics, Requests>();

bus.respond('price.get', async ({ sku }) => ({ cents: sku === 'ticket' ? 300 : 1900 }));
const { cents } = await bus.request('price.get', { sku: 'ticket' });
console.log(cents / 100);

// A pattern has the union of what it matches.
bus.subscribe('stock.*', (left, { topic }) => console.log(topic, left.toFixed()));
bus.publish('stock.emma', 2);
bus.publish('cart.cleared');

// @ts-expect-error What matches nothing does not compile.
bus.subscribe('order.plcaed', () => {});

// A topic that is known only when the program runs can be subscribed to: its data are unknown. To publish there, say that
// the bus is an untyped one.
const name: string = ['stock', 'persuasion'].join('.');
bus.subscribe(name, (data) => { if (typeof data === 'number') console.log('only', data); });
(bus as Bus).publish(name, 1);
await bus.close();

// Output:
// 3
// stock.emma 2
// stock.persuasion 1
// only 1
