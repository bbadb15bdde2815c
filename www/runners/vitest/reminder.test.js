import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBus } from 'trolleybus';

// What is tested: an order that is not paid within an hour is reminded of.
function startReminders(bus) {
  const timers = new Map();
  bus.subscribe('order.placed', ({ id }) => timers.set(id, setTimeout(() => bus.publish('reminder.due', { id }), 3_600_000)));
  bus.subscribe('order.paid', ({ id }) => clearTimeout(timers.get(id)));
}

let bus;
beforeEach(() => {
  vi.useFakeTimers();
  bus = createBus();
});
afterEach(async () => {
  await bus.close();
  vi.useRealTimers();
});

test('an order that is not paid is reminded of', () => {
  const due = [];
  startReminders(bus);
  bus.subscribe('reminder.due', ({ id }) => due.push(id));
  for (const id of ['A-1', 'A-2']) bus.publish('order.placed', { id });
  bus.publish('order.paid', { id: 'A-2' });
  vi.advanceTimersByTime(3_600_000);
  expect(due).toEqual(['A-1']);
});

test('a reminder that cannot be sent is tried again after a second', async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error('offline'));
  bus.subscribe('reminder.due', send, { retry: { backoff: { initial: 1000, jitter: false } } });
  await bus.ready; // attempts are Go's work
  bus.publish('reminder.due', { id: 'A-1' });
  await vi.advanceTimersByTimeAsync(999);
  expect(send).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(send).toHaveBeenCalledTimes(2);
});
