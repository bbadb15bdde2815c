import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

bus.subscribe('$bus.pressure', ({ subscription, waiting, limit, high }) => console.log(subscription, `${waiting}/${limit}`, high ? 'is filling up' : 'has room'));

// At most two uploads at a time; four may wait, and of the same file only the newest.
const uploads = [];
bus.subscribe('file.changed', ({ name, version }) => {
  console.log('upload', name, version);
  return new Promise((resolve) => uploads.push(resolve));
}, { name: 'upload', concurrency: 2, overflow: { limit: 4, policy: 'drop-oldest' }, coalesce: ({ name }) => name });

for (const [name, version] of [['a', 1], ['b', 1], ['c', 1], ['c', 2], ['d', 1], ['e', 1]]) bus.publish('file.changed', { name, version });
console.log(bus.pressure('file.changed'), bus.stats().coalesced);
while (uploads.length > 0) {
  uploads.shift()();
  await new Promise((resolve) => setTimeout(resolve));
}

// The last word only, once nothing has been typed for a moment; a position at most once in each frame.
const searched = new Promise((resolve) => bus.subscribe('search.typed', resolve, { debounce: 10 }));
const drawn = new Promise((resolve) => bus.subscribe('pointer.moved', ({ x }) => resolve(x), { frame: true }));
for (const text of ['t', 'tr', 'tram']) bus.publish('search.typed', text);
for (const x of [1, 2, 3]) bus.publish('pointer.moved', { x });
console.log('search for', await searched);
console.log('draw at', await drawn);
await bus.close();

// Output:
// upload a 1
// upload b 1
// upload 3/4 is filling up
// 0.75 1
// upload c 2
// upload 1/4 has room
// upload d 1
// upload e 1
// search for tram
// draw at 3
