import { createBus } from 'trolleybus';

const bus = createBus();

// Asked by whoever needs a price, and by nobody else.
bus.respond('price.get', async ({ sku }) => {
  if (sku === 'gold') throw Object.assign(new Error('not for sale'), { code: 'NO_PRICE' });
  return 3;
});

console.log(await bus.request('price.get', { sku: 'ticket' }, { timeout: 1000 }));

for (const [topic, data] of [['price.get', { sku: 'gold' }], ['stock.get', {}]]) {
  await bus.request(topic, data).catch((error) => console.log(error.code, error.message));
}

// Several may answer: the first reply wins, or all that come are gathered.
bus.respond('price.*', () => 4);
console.log(await bus.request('price.get', { sku: 'ticket' }, { gather: { max: 2, within: 500 } }));
await bus.close();

// Output:
// 3
// NO_PRICE request "price.get": not for sale
// TB_NO_RESPONDERS request "stock.get": no responders; register one with bus.respond()
// [ 4, 3 ]
