import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

const theme = bus.topic('ui.theme', { retain: true });
const messages = bus.topic('chat.message', { history: { count: 100, age: 3600_000 } });

theme.publish('dark');
for (const text of ['hello', 'is anybody there?']) messages.publish(text);

// Who comes later gets what was kept first, and then what comes: nothing is missing, nothing comes twice.
bus.subscribe('ui.*', (data) => console.log('theme', data), { replay: 1 });
bus.subscribe('chat.>', (text, event) => console.log(event.seq, text), { replay: 'all' });
messages.publish('yes');

console.log(theme.value);
theme.clear();
console.log(theme.value);
await bus.close();

// Output:
// theme dark
// 2 hello
// 3 is anybody there?
// 4 yes
// dark
// undefined
