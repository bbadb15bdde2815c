import { createBus, fromCloudEvent, toCloudEvent } from 'trolleybus';

const shop = createBus({ name: '/shop' }), warehouse = createBus({ name: '/warehouse' });

// What would go over a socket: CloudEvents 1.0 as JSON, and the trace it belongs to.
shop.subscribe('order.placed', (_, event) => {
  const { topic, data, options } = fromCloudEvent(JSON.stringify(toCloudEvent(event)));
  warehouse.publish(topic, data, options);
});
warehouse.subscribe('order.*', (order, { id, source, topic, traceparent }) => console.log(id, source, topic, order, traceparent));

shop.publish('order.placed', { id: 'A-1' }, { id: 'e-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
try {
  fromCloudEvent({ specversion: '1.0', id: '1', source: '/shop', type: 'no topic' });
} catch (error) {
  console.log(error.code, error.attribute);
}
await Promise.all([shop.close(), warehouse.close()]);

// Output:
// e-1 /shop order.placed { id: 'A-1' } 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
// TB_CLOUDEVENT type
