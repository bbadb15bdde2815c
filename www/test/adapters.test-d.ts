// Type tests of the adapters: topics and data are those of the bus, and where the result goes does not choose its type.
import type { Signal } from '@angular/core';
import type { ReactiveControllerHost } from 'lit';
import type { Observable } from 'rxjs';
import type { Accessor } from 'solid-js';
import type { ShallowRef } from 'vue';
import { createBus, type Bus, type BusEvent } from '../src/public.js';
import * as angular from '../src/adapters/angular.js';
import * as lit from '../src/adapters/lit.js';
import * as react from '../src/adapters/react.js';
import * as rxjs from '../src/adapters/rxjs.js';
import * as solid from '../src/adapters/solid.js';
import * as svelte from '../src/adapters/svelte.js';
import * as vue from '../src/adapters/vue.js';

interface Topics { 'count.changed': number; 'count.named': { name: 'a' | 'b' }; 'theme': 'dark' | 'light' }
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
declare function expect<T extends true>(): T;
declare const host: ReactiveControllerHost;
const bus = createBus<Topics, { 'size.get': number }>(), loose = createBus();

// React: the hooks of one bus, those that are given one, and those of whatever bus is provided.
const { useBus, useEvent, useLastEvent } = react.forBus(bus);
expect<Equal<ReturnType<typeof useBus>, typeof bus>>();
useEvent('count.changed', (data, event) => expect<Equal<[typeof data, typeof event], [number, BusEvent<number, 'count.changed'>]>>(), { filter: (data) => data > 1 });
useEvent('$bus.error', ({ name }) => name);
useEvent('size.get', () => {});
const number = useLastEvent('count.changed'), zero = useLastEvent('count.changed', { initial: 'none' }), named = useLastEvent('count.named', { selector: ({ name }) => name, initial: 'c' }), any = useLastEvent('count.*', { initial: null });
expect<Equal<[typeof number, typeof zero, typeof named, typeof any], [number | undefined, number | 'none', 'a' | 'b' | 'c', number | { name: 'a' | 'b' } | null]>>();
const given = react.useLastEvent('count.changed', { bus }), untyped = react.useLastEvent('count.changed', { bus: loose }), unknown = react.useLastEvent('count.changed'), told = react.useLastEvent<number>('count.changed'), selected = react.useLastEvent('count.named', { selector: (data: { name: string }) => data.name });
expect<Equal<[typeof given, typeof unknown, typeof told, typeof selected], [number | undefined, unknown, number | undefined, string | undefined]>>();
expect<Equal<typeof untyped, any>>();
react.useEvent('count.changed', (data) => expect<Equal<typeof data, number>>(), { bus });
react.useEvent('whatever', (data: { id: string }) => data.id);
// @ts-expect-error: no such topic
useEvent('count.chnaged', () => {});
// @ts-expect-error: no such topic
useLastEvent('count.chnaged');
// @ts-expect-error: no such topic
react.useEvent('count.chnaged', () => {}, { bus });
// @ts-expect-error: no such topic
react.useLastEvent('count.chnaged', { bus });
// @ts-expect-error: a number
const react1: string | undefined = useLastEvent('count.changed');
// @ts-expect-error: a number, and undefined until there is one
const react2: number = useLastEvent('count.changed');
// @ts-expect-error: a number
const react3: string | undefined = react.useLastEvent('count.changed', { bus });
// @ts-expect-error: it is not known
const react4: string = react.useLastEvent('count.changed');
// @ts-expect-error: what the selector gives
const react5: boolean | undefined = useLastEvent('count.named', { selector: ({ name }) => name });

// Vue
const composables = vue.forBus(bus);
const ref = composables.useLastEvent('count.changed', { initial: 0 }), vueGiven = vue.useLastEvent('count.*', { bus });
expect<Equal<[typeof ref, typeof vueGiven.value], [Readonly<ShallowRef<number>>, number | { name: 'a' | 'b' } | undefined]>>();
const off: () => void = composables.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>());
vue.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>(), { bus });
// @ts-expect-error: no such topic
composables.useEvent('themes', () => {});
// @ts-expect-error: no such topic
composables.useLastEvent('themes');
// @ts-expect-error: no such topic
vue.useEvent('themes', () => {}, { bus });
// @ts-expect-error: no such topic
vue.useLastEvent('themes', { bus });
// @ts-expect-error: a number
const vue1: Readonly<ShallowRef<string | undefined>> = composables.useLastEvent('count.changed');
// @ts-expect-error: a number
const vue2: Readonly<ShallowRef<string | undefined>> = vue.useLastEvent('count.changed', { bus });
// @ts-expect-error: it is not known
const vue3: Readonly<ShallowRef<string | undefined>> = vue.useLastEvent('count.changed');

// Svelte
const runes = svelte.forBus(bus);
const current = runes.useLastEvent('count.changed', { initial: 0 }).current;
expect<Equal<typeof current, number>>();
runes.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>());
svelte.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>(), { bus });
// @ts-expect-error: no such topic
runes.useEvent('themes', () => {});
// @ts-expect-error: no such topic
runes.useLastEvent('themes');
// @ts-expect-error: no such topic
svelte.useEvent('themes', () => {}, { bus });
// @ts-expect-error: no such topic
svelte.useLastEvent('themes', { bus });
// @ts-expect-error: a number
const svelte1: svelte.LastEvent<string | undefined> = runes.useLastEvent('count.changed');
// @ts-expect-error: a number
const svelte2: svelte.LastEvent<string | undefined> = svelte.useLastEvent('count.changed', { bus });
// @ts-expect-error: it is not known
const svelte3: svelte.LastEvent<string | undefined> = svelte.useLastEvent('count.changed');

// Solid
const signals = solid.forBus(bus);
const accessor = signals.useLastEvent('count.changed', { initial: 0 });
expect<Equal<typeof accessor, Accessor<number>>>();
signals.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>());
solid.useEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>(), { bus });
// @ts-expect-error: no such topic
signals.useEvent('themes', () => {});
// @ts-expect-error: no such topic
signals.useLastEvent('themes');
// @ts-expect-error: no such topic
solid.useEvent('themes', () => {}, { bus });
// @ts-expect-error: no such topic
solid.useLastEvent('themes', { bus });
// @ts-expect-error: a number
const solid1: Accessor<string | undefined> = signals.useLastEvent('count.changed');
// @ts-expect-error: a number
const solid2: Accessor<string | undefined> = solid.useLastEvent('count.changed', { bus });
// @ts-expect-error: it is not known
const solid3: Accessor<string | undefined> = solid.useLastEvent('count.changed');

// Angular
const { injectEvent, injectLastEvent, injectObservable } = angular.forBus(bus);
const signal = injectLastEvent('count.changed', { initial: 0 }), observable = injectObservable('count.*');
expect<Equal<[typeof signal, typeof observable], [Signal<number>, Observable<number | { name: 'a' | 'b' }>]>>();
injectEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>());
angular.injectEvent('theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>(), { bus });
const angularGiven = angular.injectObservable('theme', { bus });
expect<Equal<typeof angularGiven, Observable<'dark' | 'light'>>>();
// @ts-expect-error: no such topic
injectEvent('themes', () => {});
// @ts-expect-error: no such topic
injectLastEvent('themes');
// @ts-expect-error: no such topic
injectObservable('themes');
// @ts-expect-error: no such topic
angular.injectEvent('themes', () => {}, { bus });
// @ts-expect-error: no such topic
angular.injectLastEvent('themes', { bus });
// @ts-expect-error: no such topic
angular.injectObservable('themes', { bus });
// @ts-expect-error: a number
const angular1: Signal<string | undefined> = injectLastEvent('count.changed');
// @ts-expect-error: a number
const angular2: Signal<string | undefined> = angular.injectLastEvent('count.changed', { bus });
// @ts-expect-error: it is not known
const angular3: Signal<string | undefined> = angular.injectLastEvent('count.changed');
// @ts-expect-error: numbers
const angular4: Observable<string> = injectObservable('count.changed');
// @ts-expect-error: numbers
const angular5: Observable<string> = angular.injectObservable('count.changed', { bus });
// @ts-expect-error: it is not known
const angular6: Observable<string> = angular.injectObservable('count.changed');

// Lit
const { EventController, LastEventController } = lit.forBus(bus);
const controller = new LastEventController(host, 'count.changed', { initial: 0 }), litGiven = new lit.LastEventController(host, 'count.named', { bus, selector: ({ name }) => name });
expect<Equal<[typeof controller, typeof litGiven], [lit.LastEventController<number>, lit.LastEventController<'a' | 'b' | undefined>]>>();
new EventController(host, 'theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>());
new lit.EventController(host, 'theme', (data) => expect<Equal<typeof data, 'dark' | 'light'>>(), { bus });
// @ts-expect-error: no such topic
new EventController(host, 'themes', () => {});
// @ts-expect-error: no such topic
new LastEventController(host, 'themes');
// @ts-expect-error: no such topic
new lit.EventController(host, 'themes', () => {}, { bus });
// @ts-expect-error: no such topic
new lit.LastEventController(host, 'themes', { bus });
// @ts-expect-error: a number
const lit1: lit.LastEventController<string | undefined> = new LastEventController(host, 'count.changed');
// @ts-expect-error: a number
const lit2: lit.LastEventController<string | undefined> = new lit.LastEventController(host, 'count.changed', { bus });
// @ts-expect-error: it is not known
const lit3: lit.LastEventController<string | undefined> = new lit.LastEventController(host, 'count.changed');

// RxJS
const numbers = rxjs.fromBus(bus, 'count.changed', { filter: (data) => data > 1 }), events = rxjs.eventsFromBus(bus, 'theme');
expect<Equal<[typeof numbers, typeof events], [Observable<number>, Observable<BusEvent<'dark' | 'light', 'theme'>>]>>();
rxjs.toBus(bus, 'count.changed')(1);
// @ts-expect-error: no such topic
rxjs.fromBus(bus, 'themes');
// @ts-expect-error: no such topic
rxjs.eventsFromBus(bus, 'themes');
// @ts-expect-error: no such topic
rxjs.toBus(bus, 'themes');
// @ts-expect-error: a number
rxjs.toBus(bus, 'count.changed')('one');
// @ts-expect-error: numbers
const rxjs1: Observable<string> = rxjs.fromBus(bus, 'count.changed');
// @ts-expect-error: events of numbers
const rxjs2: Observable<BusEvent<string>> = rxjs.eventsFromBus(bus, 'count.changed');

// A bus of other topics is no such bus.
// @ts-expect-error: the data have another type
const other: Bus<{ 'count.changed': string }> = bus;
export { react1, react2, react3, react4, react5, vue1, vue2, vue3, svelte1, svelte2, svelte3, solid1, solid2, solid3, angular1, angular2, angular3, angular4, angular5, angular6, lit1, lit2, lit3, rxjs1, rxjs2, other, off };
