// Type tests: tsc fails where a line that must be an error is none, or the other way round.
import {
  createBus, fromCloudEvent, SchemaError, toCloudEvent, type Bus, type BusEvent, type BusTopics, type CloudEvent, type DataOf, type DeadLetter, type Failure, type LetterChange,
  type Pattern, type Pressure, type RequestEvent, type Restarted, type StandardSchema, type Topic,
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

// What matches no topic does not compile.
// @ts-expect-error: a slip in a topic
bus.subscribe('order.plcaed', () => {});
// @ts-expect-error: a slip in a pattern
bus.subscribe('ordr.*', () => {});
// @ts-expect-error: too short, `*` is one token
bus.subscribe('*.*.*.*', () => {});
// @ts-expect-error: nothing is below it
bus.subscribe('cart.cleared.>', () => {});
// @ts-expect-error: `>` is at the end only
bus.subscribe('order.>.placed', () => {});
// @ts-expect-error: a wildcard is a whole token
bus.subscribe('order.pl*', () => {});
// @ts-expect-error: an empty token
bus.subscribe('order..placed', () => {});
// @ts-expect-error: an empty text
bus.subscribe('', () => {});

// Of several topics each has to be one.
declare const either: boolean;
bus.subscribe(either ? 'order.placed' : 'order.paid', (data) => expect<Equal<typeof data, Topics['order.placed'] | Topics['order.paid']>>());
// @ts-expect-error: one of them is none
bus.subscribe(either ? 'order.placed' : 'order.payed', () => {});

// A text that the compiler does not know may be any topic: its data are unknown. One that it knows in part is a pattern.
declare const some: string;
bus.subscribe(some, (data, event) => expect<Equal<[typeof data, typeof event], [unknown, BusEvent<unknown>]>>());
bus.subscribe(`order.${some}.placed`, (data) => expect<Equal<typeof data, Topics['order.eu.placed']>>());
// @ts-expect-error: no topic begins so
bus.subscribe(`ordr.${some}`, () => {});
// @ts-expect-error: what is published has to be declared
bus.publish(some, {});
(bus as Bus).publish(some, {});

// A function that passes a pattern on.
function log<P extends string>(pattern: Pattern<Topics, P>, ...data: DataOf<Topics, P>[]): void {
  (bus as Bus).subscribe(pattern, () => data);
}
log('order.*', { id: 'a', total: 1 });
// @ts-expect-error: no such topic
log('order.plcaed');

// Topics of the bus itself.
bus.subscribe('$bus.error', (failure, { topic }) => expect<Equal<[typeof failure, typeof topic], [Failure, '$bus.error']>>());
bus.subscribe('$bus.restarted', ({ restarts }) => expect<Equal<typeof restarts, number>>());
bus.subscribe('$bus.letters', (change) => expect<Equal<typeof change, LetterChange>>());
bus.subscribe('$bus.slow', (state) => expect<Equal<typeof state, Pressure>>());
bus.subscribe('$bus.*', (data) => expect<Equal<typeof data, Failure | Restarted | LetterChange | Pressure>>());
bus.subscribe('$bus.dead.order.placed', ({ event }) => expect<Equal<typeof event, BusEvent<Order, 'order.placed'>>>());
bus.subscribe('$bus.dead.order.*', ({ topic }) => expect<Equal<typeof topic, 'order.placed' | 'order.paid'>>());
bus.subscribe('$bus.dead.>', ({ topic }) => expect<Equal<typeof topic, keyof Topics>>());
bus.subscribe('$bus.>', (_, { topic }) => expect<Equal<typeof topic, keyof BusTopics | `$bus.dead.${keyof Topics}`>>());
// @ts-expect-error: no such topic of the bus
bus.subscribe('$bus.eror', () => {});
// @ts-expect-error: dead letters of a topic that there is not
bus.subscribe('$bus.dead.order.plcaed', () => {});
// @ts-expect-error: wildcards in front do not match them
bus.subscribe('*.error', () => {});
// @ts-expect-error: only the bus publishes there
bus.publish('$bus.error', {} as Failure);

// Dead letters, queues, topics and bridges know the topics too.
const letters = () => bus.deadLetters('order.placed');
expect<Equal<ReturnType<typeof letters>, DeadLetter<BusEvent<Order, 'order.placed'>>[]>>();
bus.redrive(some, { to: 'order.paid' });
bus.discard('order.>');
// @ts-expect-error: no such topic
bus.deadLetters('order.plcaed');
// @ts-expect-error: no such topic
bus.redrive('order.plcaed');
// @ts-expect-error: no such topic
bus.redrive('order.placed', { to: 'order.plcaed' });
// @ts-expect-error: no such topic
bus.discard('ordr.>');
// @ts-expect-error: no such topic
bus.pressure('order.plcaed');
// @ts-expect-error: no such topic
bus.topic('order.plcaed');
// @ts-expect-error: no such topic
bus.topic<Order>('order.plcaed');
declare const element: EventTarget;
bus.bridge(element, { from: { click: 'cart.cleared', pay: { topic: 'order.paid', payload: () => ({ id: 'a', by: 'card' }) } }, to: { 'order.*': true, '$bus.error': 'failed' } });
// @ts-expect-error: no such topic
bus.bridge(element, { from: { click: 'cart.claered' } });
// @ts-expect-error: no such topic
bus.bridge(element, { from: { pay: { topic: 'order.payed' } } });
// @ts-expect-error: the data have another type
bus.bridge(element, { from: { pay: { topic: 'order.paid', payload: () => 7 } } });
// @ts-expect-error: no such topic
bus.bridge(element, { to: { 'order.*': true, 'ordr.*': true } });
// @ts-expect-error: no such direction
bus.bridge(element, { form: {} });

// A template is as many topics as there are tokens.
const priced = createBus<{ [topic: `price.${string}.changed`]: number; 'price.list': string }>();
priced.publish('price.eu.changed', 1);
priced.subscribe('price.eu.changed', (data, { topic }) => expect<Equal<[typeof data, typeof topic], [number, 'price.eu.changed']>>());
priced.subscribe('price.*.changed', (data) => expect<Equal<typeof data, number>>());
priced.subscribe('price.>', (data) => expect<Equal<typeof data, number | string>>());
priced.subscribe('price.*', (data) => expect<Equal<typeof data, string>>());
// @ts-expect-error: no such topic
priced.subscribe('price.eu.gone', () => {});
// @ts-expect-error: no such pattern
priced.subscribe('*.*.*.*', () => {});

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

// A request needs no topic of its own. What it is asked with is declared as a function's parameter, or anything.
interface Requests { 'stock.get': number; 'price.get': (data: { sku: string }) => Promise<{ cents: number }>; 'time.get': () => string }
const shop = createBus<Topics, Requests>();
const stock = () => shop.request('stock.get', { sku: 'a' }), price = () => shop.request('price.get', { sku: 'a' }), time = () => shop.request('time.get');
expect<Equal<[ReturnType<typeof stock>, ReturnType<typeof price>, ReturnType<typeof time>], [Promise<number>, Promise<{ cents: number }>, Promise<string>]>>();
shop.respond('stock.get', (data, event) => {
  expect<Equal<[typeof data, typeof event], [any, RequestEvent<any, 'stock.get'>]>>();
  return 7;
});
shop.respond('stock.get', async ({ sku }: { sku: string }) => sku.length);
shop.respond('price.get', { handleEvent: ({ sku }) => ({ cents: sku.length }) });
shop.respond('order.*', () => 'anything');
shop.subscribe('price.get', (data) => expect<Equal<typeof data, { sku: string }>>());
shop.subscribe('stock.get', (data) => expect<Equal<typeof data, unknown>>());
// @ts-expect-error: the reply has another type
shop.respond('stock.get', () => 'seven');
// @ts-expect-error: the reply has another type
shop.respond('price.get', ({ sku }) => Promise.resolve(sku));
// @ts-expect-error: the data have another type
void shop.request('price.get', { sku: 1 });
// @ts-expect-error: the reply has another type
const wrong: Promise<string> = shop.request('stock.get');
// @ts-expect-error: no such request
void shop.request('stock.gte');
// @ts-expect-error: no such request
shop.respond('stock.gte', () => 7);
void wrong;
