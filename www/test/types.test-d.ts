// Type tests: tsc fails where a line that must be an error is none, or the other way round.
import {
  createBus, fromCloudEvent, SchemaError, toCloudEvent, type Bus, type BusEvent, type CloudEvent, type Failure, type StandardSchema, type Topic,
} from '../src/public.js';

interface Order { id: string; total: number }
interface Topics {
  'order.placed': Order;
  'order.paid': { id: string; by: 'card' | 'cash' };
  'order.eu.placed': Order & { vat: number };
  'cart.cleared': undefined;
  'user.seen': string | undefined;
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
declare function expect<T extends true>(): T;

const bus = createBus<Topics>();

// Literal topics have their own type, in data and event.
bus.subscribe('order.placed', (data, event) => {
  expect<Equal<typeof data, Order>>();
  expect<Equal<typeof event.topic, 'order.placed'>>();
  expect<Equal<typeof event.data, Order>>();
});

// Patterns have the union of what they match.
bus.subscribe('order.*', (data, event) => {
  expect<Equal<typeof data, Topics['order.placed'] | Topics['order.paid']>>();
  if (event.topic === 'order.paid') expect<Equal<typeof event.data.by, 'card' | 'cash'>>();
});
bus.subscribe('order.>', (_, { topic }) => expect<Equal<typeof topic, 'order.placed' | 'order.paid' | 'order.eu.placed'>>());
bus.subscribe('*.*.placed', (data) => expect<Equal<typeof data, Topics['order.eu.placed']>>());
bus.subscribe('>', (_, { topic }) => expect<Equal<typeof topic, keyof Topics>>());
bus.subscribe('nothing.*', (data) => expect<Equal<typeof data, unknown>>());

// Topics of the bus itself.
bus.subscribe('$bus.error', (failure) => expect<Equal<typeof failure, Failure>>());
bus.subscribe('$bus.restarted', ({ restarts }) => expect<Equal<typeof restarts, number>>());

// Publishing takes the declared topics, with their data.
bus.publish('order.placed', { id: 'a', total: 1 });
bus.publish('order.placed', { id: 'a', total: 1 }, { id: 'x', key: 'k' });
bus.publish('cart.cleared');
bus.publish('user.seen');
// @ts-expect-error: the data is missing
bus.publish('order.placed');
// @ts-expect-error: the data has another type
bus.publish('order.placed', { id: 1, total: 1 });
// @ts-expect-error: no such topic
bus.publish('order.shipped', {});
// @ts-expect-error: no such option
bus.publish('order.placed', { id: 'a', total: 1 }, { retain: true });

// Filters, handlers as objects, iterators and topic handles are typed alike.
bus.subscribe('order.placed', { handleEvent(data) { expect<Equal<typeof data, Order>>(); } }, { filter: (data) => data.total > 1, once: true });
// @ts-expect-error: no such option
bus.subscribe('order.placed', () => {}, { onec: true });
bus.subscribe('order.placed', () => {}, { name: 'books', dedupe: { key: ({ id }) => id, store: localStorage } });
// @ts-expect-error: no storage
bus.subscribe('order.placed', () => {}, { name: 'books', dedupe: { store: new Map() } });
// @ts-expect-error: an iterator has no handler whose end could be stored
bus.events('order.placed', { dedupe: { store: localStorage } });
for await (const event of bus.events('order.*')) expect<Equal<typeof event.topic, 'order.placed' | 'order.paid'>>();
const placed = bus.topic('order.placed');
expect<Equal<typeof placed, Topic<Order, 'order.placed'>>>();
placed.subscribe((data) => expect<Equal<typeof data, Order>>());
// @ts-expect-error: the data has another type
placed.publish('a');

// A schema gives an untyped topic its types: what is published, and what is delivered.
declare const counts: StandardSchema<string, number>;
const counted = createBus().topic('count', { schema: counts, version: 2, upcast: { 1: (text: string) => text.trim() } });
counted.publish('7');
counted.subscribe((data) => expect<Equal<typeof data, number>>());
// @ts-expect-error: the schema takes text
counted.publish(7);
bus.topic('order.placed', { schema: { type: 'object' } }).subscribe((data) => expect<Equal<typeof data, Order>>());
// @ts-expect-error: versions are numbers
bus.topic('order.placed', { version: '2' });
// @ts-expect-error: no such option
bus.topic('order.placed', { schemas: counts });
try {
  bus.publish('cart.cleared');
} catch (error) {
  if (error instanceof SchemaError) for (const { message, path } of error.issues) expect<Equal<[typeof message, typeof path], [string, readonly (string | number)[]]>>();
}

// A handle ends the subscription by call and by using; close is asynchronous.
using off = bus.subscribe('cart.cleared', () => {});
off();
await using closing = bus;
expect<Equal<typeof closing, Bus<Topics>>>();

// Without topics everything is allowed.
const loose = createBus();
loose.publish('any.topic', { any: 'thing' });
loose.subscribe('any.*', (data, event) => {
  expect<Equal<typeof data, any>>();
  expect<Equal<typeof event, BusEvent<any>>>();
});
const typed = loose.topic<Order>('order.placed');
typed.subscribe((data) => expect<Equal<typeof data, Order>>());
// @ts-expect-error: start has three values
createBus({ start: 'later' });

// CloudEvents keep the type of the data, and what is read from one can be published.
bus.subscribe('order.placed', (_data, event) => {
  const written = toCloudEvent(event);
  expect<Equal<typeof written, CloudEvent<Order>>>();
  const { topic, data: read, options } = fromCloudEvent<Order>(JSON.stringify(written));
  expect<Equal<typeof read, Order>>();
  loose.publish(topic, read, options);
});
bus.publish('cart.cleared', undefined, { time: 0, source: '/a', correlationId: 'a', causationId: 'b', dataschema: 'urn:a', datacontenttype: 'a/b' });
// @ts-expect-error: milliseconds
bus.publish('cart.cleared', undefined, { time: new Date() });
// @ts-expect-error: no event
toCloudEvent({});
const asking = createBus<{ 'price.get': { sku: string } }, { 'price.get': number }>();
const ask = () => asking.request('price.get', { sku: 'a' }, { timeout: 10 });
expect<Equal<ReturnType<typeof ask>, Promise<number>>>();
const askAll = () => asking.request('price.get', { sku: 'a' }, { gather: { max: 2 } });
expect<Equal<ReturnType<typeof askAll>, Promise<number[]>>>();
asking.respond('price.get', ({ sku }, { signal }) => sku.length + Number(signal.aborted));
// @ts-expect-error: the data is missing
void asking.request('price.get');
// @ts-expect-error: responders take no policies
asking.respond('price.get', () => 1, { retry: { attempts: 2 } });
const told = () => loose.request<Order>('order.get', 1);
expect<Equal<ReturnType<typeof told>, Promise<Order>>>();
