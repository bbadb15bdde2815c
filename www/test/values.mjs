/** What the values below throw. */
export class Hostile extends Error {}
const refuse = () => { throw new Hostile('hostile'); };

const rejected = () => {
  const promise = Promise.reject(new Hostile('hostile'));
  promise.catch(() => {}); // nobody may wait for it
  return promise;
};

const TRAPS = ['get', 'set', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'apply', 'construct', 'defineProperty', 'deleteProperty'];
const traps = Object.fromEntries(TRAPS.map((trap) => [trap, refuse]));
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const members = ['once', 'signal', 'name', 'retry', 'timeout', 'id', 'key', 'schema', 'retain', 'to', 'from', 'wasm', 'handleEvent', 'message', 'then', 'addEventListener', 'type', 'length', 'specversion'];
const having = (descriptor) => Object.defineProperties({}, Object.fromEntries(members.map((name) => [name, { enumerable: true, ...descriptor }])));

/** Every kind of value that JavaScript has, each made anew for each use. */
export const VALUES = {
  'undefined': () => undefined, 'null': () => null, 'true': () => true, 'false': () => false,
  ...Object.fromEntries([
    NaN, Infinity, -Infinity, 0, -0, -1, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e300, Number.MIN_VALUE, 1n, -1n, 2n ** 70n,
  ].map((value) => [typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : `${value}`, () => value])),
  ...Object.fromEntries([
    '', 'a', 'a.b', 'echo.me', '*', '>', 'a..b', ' ', '\0', '\u0002', '\ud800', 'a\udc00b', '$bus.error', '$bus.letters', '$bus.dead.a', '__proto__', 'toString', '7', '1e5', 'true',
  ].map((text) => [JSON.stringify(text), () => text])),
  'a text that is no topic for its length': () => 'é'.repeat(200), 'a text of 70,000': () => 'x'.repeat(70_000),
  'a symbol': () => Symbol('s'), 'a symbol of the language': () => Symbol.iterator,
  'a function': () => () => {}, 'one that throws': () => refuse, 'one that rejects': () => () => rejected(), 'a class': () => class {}, 'a generator': () => function* () {}, 'a bound one': () => refuse.bind(null),
  'an array': () => [], 'an array of numbers': () => [1], 'of texts': () => ['a'], 'a sparse one': () => [, 1], 'one with a length of 2 ** 32 - 1': () => Object.assign([], { length: 2 ** 32 - 1 }),
  'an object': () => ({}), 'one without a prototype': () => Object.create(null), 'one that inherits': () => Object.create({ attempts: -1, limit: 2 ** 31, once: 1, from: 1, name: '' }),
  'one whose members are undefined': () => having({ value: undefined }), 'one whose getters throw': () => having({ get: refuse }), 'one whose members are functions that throw': () => having({ value: refuse }),
  'one whose members are symbols': () => having({ value: Symbol('s') }), 'one in itself': () => { const o = {}; return Object.assign(o, { o, retry: o, from: o, extensions: o }); },
  'one that is text to nobody': () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse }), 'one whose toJSON throws': () => ({ toJSON: refuse }),
  'a promise': () => Promise.resolve(1), 'a thenable that never settles': () => ({ then() {} }), 'a thenable that throws': () => ({ then: refuse }), 'one whose then cannot be read': () => Object.defineProperty({}, 'then', { get: refuse }),
  'a proxy that throws': () => new Proxy({}, traps), 'a proxy of a function that throws': () => new Proxy(() => {}, traps), 'a proxy': () => new Proxy({}, {}), 'a proxy of a function': () => new Proxy(() => {}, {}),
  'a revoked proxy': () => revoked({}), 'a revoked proxy of a function': () => revoked(() => {}), 'a revoked proxy of an array': () => revoked([]),
  'an invalid date': () => new Date(NaN), 'a date': () => new Date(0), 'a pattern of text': () => /x/g, 'a map': () => new Map([[1, 2]]), 'a set': () => new Set([1]), 'a weak map': () => new WeakMap(), 'a boxed text': () => Object('a'), 'a boxed number': () => Object(7),
  'an error': () => new Error('e'), 'an error with a lone surrogate': () => Object.assign(new Error('\ud800'), { code: 'TB_\udc00', name: '\ud800' }), 'an error that cannot be read': () => Object.defineProperties(new Error('e'), { stack: { get: refuse }, message: { get: refuse }, code: { get: refuse }, name: { get: refuse }, cause: { get: refuse } }),
  'bytes': () => new Uint8Array([1]), 'no bytes': () => new Uint8Array(), 'floats': () => new Float64Array(1), 'a buffer': () => new ArrayBuffer(4), 'a detached buffer': () => { const buffer = new ArrayBuffer(4); structuredClone(buffer, { transfer: [buffer] }); return buffer; }, 'a view': () => new DataView(new ArrayBuffer(1)),
  'the global object': () => globalThis, 'arguments': () => (function () { return arguments; })(1),
  'an event target': () => new EventTarget(), 'an event': () => new Event('a'), 'a signal': () => new AbortController().signal, 'a signal that has aborted': () => AbortSignal.abort(), 'a fake signal': () => ({ aborted: false, addEventListener() {}, removeEventListener() {} }),
  'a fake signal that has aborted': () => ({ aborted: true, reason: 1 }), 'one with the prototype of signals': () => Object.create(AbortSignal.prototype), 'the prototype of signals': () => AbortSignal.prototype,
  'a proxy of a signal': () => new Proxy(new AbortController().signal, {}), 'one that nothing can be added to': () => Object.freeze({}),
  ...typeof document === 'object' && {
    'an element': () => document.createElement('p'), 'a text node': () => document.createTextNode('a'), 'document.all': () => document.all, 'one with the prototype of elements': () => Object.create(Element.prototype),
    'a shadow root': () => document.createElement('div').attachShadow({ mode: 'open' }), 'a document': () => new Document(), 'the window of a frame that is gone': () => { const frame = document.body.appendChild(document.createElement('iframe')), { contentWindow } = frame; frame.remove(); return contentWindow; },
  },
};
