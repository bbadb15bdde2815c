import { createBus, fromCloudEvent, toCloudEvent } from 'trolleybus';

const bus = createBus({ name: '/shop' });
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let text = '';
bus.subscribe('order.placed', ({ id }) => bus.publish('order.paid', { id }));
bus.subscribe('order.paid', (_, event) => { text = JSON.stringify(toCloudEvent(event)); });
bus.publish('order.placed', { id: 'A-1' }, { traceparent });

const { topic, data, options } = fromCloudEvent(text);
console.log(topic, data, options.source, options.traceparent === traceparent);
await bus.close();
// Prints:
// order.paid { id: 'A-1' } /shop true
