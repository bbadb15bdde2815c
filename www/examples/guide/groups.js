import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

for (const name of ['first', 'second']) {
  bus.subscribe('image.resize', (file) => new Promise(() => console.log(name, file)), { queue: 'resizers', name });
}
bus.subscribe('image.resize', (file) => console.log('log', file));
bus.publish('image.resize', 'a.png');
bus.publish('image.resize', 'b.png'); // the first is still busy
await bus.close();
// Prints:
// first a.png
// log a.png
// second b.png
// log b.png
