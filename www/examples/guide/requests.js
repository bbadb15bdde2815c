import { createBus } from 'trolleybus';

const bus = createBus();

bus.respond('price.get', ({ item }) => {
  if (item !== 'ticket') throw Object.assign(new Error('not sold here'), { code: 'SHOP_UNKNOWN' });
  return 3;
});
console.log(await bus.request('price.get', { item: 'ticket' }, { timeout: 1000 }));

for (const [topic, data] of [['price.get', { item: 'boat' }], ['stock.get', {}]]) {
  await bus.request(topic, data).catch((error) => console.log(error.name, error.code));
}
await bus.close();
// Prints:
// 3
// RemoteError SHOP_UNKNOWN
// NoRespondersError TB_NO_RESPONDERS
