import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

// Two workers share the thumbnails; each one is made once, by the one that has least to do.
const done = [];
for (const name of ['left', 'right']) {
  bus.subscribe('thumbnail.wanted', async (file) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done.push(`${file} by ${name}`);
  }, { name, queue: 'thumbnails', concurrency: 1 });
}
for (const file of ['a', 'b', 'c', 'd']) bus.publish('thumbnail.wanted', file);
while (done.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
console.log(done.sort().join(', '));
await bus.close();

// Output:
// a by left, b by right, c by left, d by right
