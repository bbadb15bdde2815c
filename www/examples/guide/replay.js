import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

const user = bus.topic('user', { retain: true });
bus.topic('chat.lobby', { history: { count: 100, age: 3600_000 } });
user.publish('Ada');
for (const text of ['one', 'two', 'three']) bus.publish('chat.lobby', text);

console.log(user.value);
// A widget that comes late: the last two of each topic, then what comes live.
bus.subscribe('chat.*', (text, { topic }) => console.log(topic, text), { replay: 2 });
bus.publish('chat.lobby', 'four');
user.clear();
console.log(user.value);
await bus.close();
// Prints:
// Ada
// chat.lobby two
// chat.lobby three
// chat.lobby four
// undefined
