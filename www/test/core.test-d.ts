// Type tests of trolleybus/core: tsc fails where a line that must be an error is none, or the other way round.
import { createBus, pageBus, type BusEvent, type BusOf, type CoreBus } from '../src/core.js';
import { createBus as createFull, type Bus } from '../src/public.js';
import { cloudevents } from '../src/features/cloudevents/index.js';
import { inspection } from '../src/features/inspection/index.js';
import { keeping } from '../src/features/keeping/index.js';
import { policies } from '../src/features/policies/index.js';
import { requests } from '../src/features/requests/index.js';
import { schemas } from '../src/features/schemas/index.js';

interface Topics { 'order.placed': { id: string }; 'order.count': number }
interface Replies { 'order.get': { id: string } }
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
declare function expect<T extends true>(): T;

// The core: what every bus has, with the topics' types.
const core = createBus<Topics>();
core.subscribe('order.*', (data, event) => expect<Equal<[typeof data, typeof event], [{ id: string } | number, BusEvent<{ id: string }, 'order.placed'> | BusEvent<number, 'order.count'>]>>(), { once: true, name: 'n', filter: () => true });
core.publish('order.count', 1, { key: 'k', traceparent: 't' });
core.topic('order.count').publish(2);
for await (const { data } of core.events('order.count', { overflow: { limit: 1 }, coalesce: true })) expect<Equal<typeof data, number>>();
// @ts-expect-error: no such topic
core.publish('order.cuont', 1);
// @ts-expect-error: of the feature requests
core.request;
// @ts-expect-error: of the feature requests
core.respond;
// @ts-expect-error: of the feature policies
core.deadLetters;
// @ts-expect-error: of the feature inspection
core.stats;
// @ts-expect-error: of the feature policies
core.subscribe('order.count', () => {}, { retry: {} });
// @ts-expect-error: of the feature policies
core.events('order.count', { debounce: 1 });
// @ts-expect-error: of the feature keeping
core.subscribe('order.count', () => {}, { replay: 1 });
// @ts-expect-error: of the feature keeping
core.topic('order.count', { retain: true });
// @ts-expect-error: of the feature keeping
core.topic('order.count').value;
// @ts-expect-error: of the feature schemas
core.topic('order.count', { version: 1 });
// @ts-expect-error: of the feature cloudevents
core.publish('order.count', 1, { source: 's' });

// With features: known from them where no topics are declared, else by their names.
const known = createBus({ features: [requests(), keeping()] });
expect<Equal<typeof known, BusOf<Record<string, any>, Record<string, any>, 'requests' | 'keeping'>>>();
known.respond('a', () => 1);
known.topic('a', { history: 2 }).clear();
// @ts-expect-error: of the feature schemas
known.topic('a', { history: 2, version: 1 });
const typed = createBus<Topics, Replies, 'requests' | 'keeping'>({ features: [requests(), keeping()] });
const reply = () => typed.request('order.get', undefined);
expect<Equal<ReturnType<typeof reply>, Promise<{ id: string }>>>();
const kept = typed.topic('order.count', { retain: true });
expect<Equal<typeof kept.value, number | undefined>>();
typed.subscribe('order.count', (data) => expect<Equal<typeof data, number>>(), { replay: 1 });
// @ts-expect-error: a feature that was not named
createBus<Topics, Replies, 'requests'>({ features: [requests(), keeping()] });
// @ts-expect-error: the function, and not what it returns
createBus({ features: [requests] });

// With all it is the bus of trolleybus; each bus is a bus of fewer features.
const whole = createBus({ features: [requests(), policies(), keeping(), schemas(), cloudevents(), inspection()] });
expect<Equal<typeof whole, Bus>>();
const taken: CoreBus[] = [core as CoreBus, known, createFull(), pageBus()];
void taken;
