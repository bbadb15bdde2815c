import { createTestBus, expectEvents, record } from 'trolleybus/testing';

// What is tested: a reminder an hour after an order, unless it was paid.
function startReminders(bus) {
  bus.subscribe('order.*', ({ id, paid }) => { if (!paid) bus.publish('reminder.due', { id }); }, { debounce: 3600_000, coalesce: ({ id }) => id });
}

const bus = createTestBus(); // its clock stands still
await bus.ready;
const recording = record(bus, '>');
startReminders(bus);

bus.publish('order.placed', { id: 'A-1' });
bus.publish('order.placed', { id: 'A-2' });
bus.publish('order.paid', { id: 'A-2', paid: true });
await bus.clock.advanceAsync(3600_000);

expectEvents(recording, ['order.placed', 'order.placed', 'order.paid', { topic: 'reminder.due', data: { id: 'A-1' } }]);
console.log(recording.events.length, bus.failures.length);
await bus.close();

// Output:
// 4 0
