import { createTestBus, expectEvents, record } from 'trolleybus/testing';

// What is tested: a reminder an hour after an order.
function reminders(bus) {
  bus.subscribe('order.placed', ({ id }) => bus.publish('order.reminder', { id }), { debounce: 3600_000 });
}

const bus = createTestBus();
await bus.ready;
const recording = record(bus, 'order.>');
reminders(bus);
bus.publish('order.placed', { id: 'A-1' });
await bus.clock.advanceAsync(3599_999);
expectEvents(recording, ['order.placed']);
await bus.clock.advanceAsync(1);
expectEvents(recording, ['order.placed', { topic: 'order.reminder', data: { id: 'A-1' } }]);
console.log('as expected');
await bus.close();
// Prints:
// as expected
