// Type tests of the test kit: recordings know the topics of their bus, and expectations are of them.
import { createBus, type Bus } from '../src/public.js';
import { createTestBus, expectEvents, others, record, replay, roots, type RecordedEvent, type Recording } from '../src/testing/index.js';

interface Topics { 'order.placed': { id: string }; 'order.paid': number }
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
declare function expect<T extends true>(): T;

const bus = createTestBus<Topics, { 'price.get': number }>();
const typed: Bus<Topics, { 'price.get': number }> = bus;
const recording = record(bus, 'order.*'), one = record(typed, 'order.paid');
expect<Equal<typeof one, Recording<RecordedEvent<number, 'order.paid'>>>>();
for (const event of recording.take()) if (event.topic === 'order.placed') expect<Equal<typeof event.data, { id: string }>>();
expectEvents(recording, ['order.placed', others, { topic: 'order.*', data: 1, causedBy: 'order.placed' }, { causedBy: null }, ({ topic }) => topic === 'order.paid']);
expectEvents(roots(recording), ['>']);
void replay(bus, recording, { clock: bus.clock });
// @ts-expect-error: no such topic
record(bus, 'order.payed');
// @ts-expect-error: no such topic
expectEvents(recording, ['order.placed', 'order.payed']);
// @ts-expect-error: no such topic
expectEvents(recording, ['order.placed', { topic: 'order.payed' }]);
// @ts-expect-error: no such topic
expectEvents(recording, [{ topic: 'order.placed', causedBy: 'order.payed' }]);
// @ts-expect-error: it is not recorded
expectEvents(one, ['order.placed']);
// @ts-expect-error: no such option
expectEvents(recording, [{ topc: 'order.placed' }]);

// Of an untyped bus anything may be expected.
const loose = record(createBus());
expect<Equal<typeof loose, Recording<RecordedEvent<any>>>>();
expectEvents(loose, ['whatever', { topic: 'x.*', data: { id: 'a' } }]);
