/**
 * For tests of programs that use the bus, with any framework: a virtual clock, recordings, expectations in order, seeded
 * orders of completion, and replay. It depends on nothing.
 *
 * ```js
 * const bus = createTestBus();
 * const recording = record(bus, 'order.>');
 * startReminders(bus);                              // what is tested
 * bus.publish('order.placed', { id: 'A-1', items: 2 });
 * await bus.clock.advanceAsync(3600_000);
 * expectEvents(recording, [{ topic: 'order.placed', data: { id: 'A-1' } }, 'order.reminder']);
 * ```
 * @module
 */
export { createTestBus } from './bus.js';
export type { TestBus, TestBusOptions } from './bus.js';
export { settled, virtualClock } from './clock.js';
export type { VirtualClock, VirtualClockOptions } from './clock.js';
export { ExpectationError, expectEvents, others } from './expect.js';
export type { Expected, ExpectedEvent } from './expect.js';
export { random } from './random.js';
export { record, roots } from './record.js';
export type { RecordedEvent, Recording } from './record.js';
export { replay } from './replay.js';
export type { ReplayOptions } from './replay.js';
export { shuffle } from './shuffle.js';
export type { Shuffle } from './shuffle.js';
