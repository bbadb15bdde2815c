import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

// What a page shows of the dead letters: those that there are, and then what happens to them.
const shown = new Map(bus.deadLetters().map((letter) => [letter.id, letter]));
bus.subscribe('$bus.letters', ({ change, id, topic, subscription }) => {
  if (change === 'added') shown.set(id, { topic, subscription });
  else shown.delete(id); // redriven, discarded or evicted
  console.log(change, topic, subscription, shown.size);
});

let online = false;
bus.subscribe('order.*', () => { if (!online) throw new Error('offline'); }, { name: 'server', retry: { attempts: 1 } });
bus.publish('order.placed', { id: 'A-1' });
bus.publish('order.paid', { id: 'A-1' });
online = true;
bus.redrive('order.placed');
bus.discard('order.paid');
console.log(bus.deadLetters().length);
await bus.close();

// Output:
// added order.placed server 1
// added order.paid server 2
// redriven order.placed server 1
// discarded order.paid server 0
// 0
