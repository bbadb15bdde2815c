import { randomly } from '../random.mjs';
import { realm } from './realm.mjs';

const REFUSED = Symbol('refused');

class Point {
  constructor(x, y) { this.x = x; this.y = y; }
  get [Symbol.toStringTag]() { return 'Map'; }
}

class Labelled {
  [Symbol.toStringTag] = 'Money';
  amount = 5;
}

const nested = (depth, wrap) => {
  let value = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
};

/** What crosses between JavaScript and Go (D11). */
export function payloads(test, assert, make) {
  /** A bus on which `cross` sends a value to Go and back: the value, or REFUSED where that is a typed error. */
  async function crossing() {
    const failures = [], decoded = [];
    const bus = await make({ onError: ({ error }) => failures.push(error) });
    bus.subscribe('decoded', (data) => decoded.push(data));
    const cross = (value) => {
      bus.publish('decode', value);
      assert.equal(failures.length + decoded.length, 1);
      if (decoded.length > 0) return decoded.pop();
      const error = failures.pop();
      assert.equal(error.code, 'TB_PAYLOAD', error.message);
      assert.isBelow(error.message.length, 3000);
      cross.reason = error.message;
      return REFUSED;
    };
    return { bus, cross };
  }

  function same(actual, expected, path = '$') {
    if (ArrayBuffer.isView(expected)) {
      assert.deepEqual([...actual], [...expected], path);
    } else if (Array.isArray(expected)) {
      assert.isArray(actual, path);
      assert.lengthOf(actual, expected.length, path);
      expected.forEach((member, i) => same(actual[i], member, `${path}[${i}]`));
    } else if (typeof expected === 'object' && expected !== null) {
      assert.sameMembers(Object.keys(actual), Object.keys(expected), path);
      for (const key of Object.keys(expected)) same(actual[key], expected[key], `${path}.${key}`);
    } else {
      assert.isTrue(Object.is(actual, expected), `${path} is ${String(actual)}, not ${String(expected)}`);
    }
  }

  test('D11 generated values cross to Go and back as they are, or are a typed error', async () => {
    const { bus, cross } = await crossing(), other = await realm();
    const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
    /** A value, and what it is behind Go within other data. */
    const leaf = (r) => r.pick(r.chance(0.1) ? [
      () => r.pick([NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 60)]),
      () => r.text() + r.pick(['\ud800', '\udc00x', '\udc00\ud800']),
      () => r.pick([1n, Symbol('s'), () => {}, Symbol]),
      (of) => new of.Date(NaN),
      (of) => r.pick([() => new of.Map(), () => new of.Set([1]), () => new of.Error('x'), () => /x/, () => new of.Number(1), () => new of.String('x'), () => of.Object(1n), () => new of.Float64Array(1), () => of.Promise.resolve()])(),
    ].map((make) => (of) => [make(of), REFUSED]) : [
      () => { const n = r.pick([0, -0, 1, -1, 0.1, -1e-7, 5e-324, 1.7976931348623157e308, 1e21, 2 ** 53 - 1, 1 - 2 ** 53, r.integer(-1e9, 1e9) / 7]); return [n, n]; },
      () => { const s = r.text() + r.pick(['', '\0\n"\\\x7f', '\u2028', '\ufeff', '\uffff']); return [s, s]; },
      () => r.pick([[true, true], [false, false], [null, null]]),
      () => [undefined, undefined],
      (of) => { const b = r.bytes(); return [r.pick([() => new of.Uint8Array(b), () => new of.Uint8ClampedArray(b), () => new of.Uint8Array(b).buffer])(), base64(b)]; },
      (of) => { const ms = r.integer(-8e15, 8e15); return [new of.Date(ms), new Date(ms).toISOString()]; },
    ])(r.pick([globalThis, other]));
    const keys = ['a', 'b', '', 'ä𝄞', '__proto__', 'constructor', 'length', 'toString', '0', 'x'.repeat(100)];
    const tree = (r, depth) => {
      if (depth === 0 || r.chance(0.3)) return leaf(r);
      const members = r.list(() => tree(r, depth - 1));
      const refused = members.some(([, want]) => want === REFUSED);
      if (r.chance(0.4)) {
        const list = new (r.pick([globalThis, other]).Array)();
        for (const [value] of members) list.push(value);
        const odd = r.chance(0.03);
        if (odd) r.pick([() => { list.extra = 1; }, () => { list.length++; }, () => { list[Symbol('s')] = 1; }])();
        const holes = members.some(([, want]) => want === undefined); // or an element that is undefined
        return [r.chance(0.2) ? new Proxy(list, {}) : list, refused || odd || holes ? REFUSED : members.map(([, want]) => want)];
      }
      const object = r.pick([() => ({}), () => Object.create(null), () => new other.Object(), () => new Point(), () => new (class Own {})()])(), want = {};
      for (const key of Object.keys(object)) delete object[key];
      members.forEach(([value, expected]) => {
        const key = r.pick(keys), enumerable = r.chance(0.95);
        const before = Object.getOwnPropertyDescriptor(object, key);
        if (before !== undefined) return;
        let reads = 0;
        Object.defineProperty(object, key, { configurable: true, enumerable, ...r.chance(0.3) ? { get: () => { if (reads++ > 0) throw new Error('read twice'); return value; } } : { value } });
        if (enumerable && expected !== undefined) Object.defineProperty(want, key, { value: expected, enumerable: true });
      });
      const odd = r.chance(0.03) && Object.getPrototypeOf(object) !== Point.prototype;
      if (odd) object[Symbol('s')] = 1;
      const wrong = Object.keys(want).some((key) => want[key] === REFUSED) || odd;
      return [r.chance(0.2) ? new Proxy(object, {}) : object, wrong ? REFUSED : want];
    };
    randomly(500, (r) => {
      const [value, want] = tree(r, 4);
      const within = cross({ value });
      if (want === REFUSED) assert.equal(within, REFUSED);
      else same(within, want === undefined ? {} : { value: want });
    });
    assert.equal(bus.stats().restarts, 0);
  });

  test('D11 what is bytes, numbers and text alone crosses as it is', async () => {
    const { cross } = await crossing(), other = await realm();
    for (const value of [0, -0, NaN, Infinity, 2 ** 60, 1e300, '', '\0', 'ä𝄞', true, null]) same(cross(value), value);
    for (const of of [globalThis, other]) {
      const bytes = new of.Uint8Array([0, 255, 7]);
      same(cross(bytes), new Uint8Array([0, 255, 7]));
      same(cross(bytes.subarray(1)), new Uint8Array([255, 7]));
      same(cross(bytes.buffer), new Uint8Array([0, 255, 7]));
      same(cross(new of.Uint8ClampedArray([1])), new Uint8Array([1]));
    }
    if (globalThis.Buffer !== undefined) same(cross(Buffer.from('hi')), new Uint8Array([104, 105]));
  });

  test('D11 -0 arrives as -0, at any depth', async () => {
    const { cross } = await crossing();
    same(cross({ a: -0, b: [0, -0, { c: -0 }] }), { a: -0, b: [0, -0, { c: -0 }] });
  });

  test('D11 bytes within data are base64, also those that say something else of themselves', async () => {
    const { cross } = await crossing();
    class Polyfill extends Uint8Array {
      toJSON() { return { type: 'Buffer', data: [...this] }; }
    }
    const own = Object.assign(new Uint8Array([104, 105]), { toJSON: () => 'else' });
    const buffers = [Polyfill.from([104, 105]), own, new Uint8Array([104, 105]), ...globalThis.Buffer === undefined ? [] : [Buffer.from('hi'), new Uint8Array(Buffer.from('xhix')).subarray(1, 3)]];
    for (const bytes of buffers) same(cross({ bytes, list: [bytes] }), { bytes: 'aGk=', list: ['aGk='] });
  });

  test('D11 instances of built-ins are text where they are text, and else refused, whatever realm and toJSON they have', async () => {
    const { cross } = await crossing(), other = await realm();
    class Bag extends Map {
      toJSON() { return Object.fromEntries(this); }
    }
    for (const of of [globalThis, other]) {
      same(cross({ d: new of.Date(0), sub: new (class extends of.Date {})(0) }), { d: '1970-01-01T00:00:00.000Z', sub: '1970-01-01T00:00:00.000Z' });
      const wrong = [
        new of.Map(), new of.Set(), new of.WeakMap(), new of.Error('x'), new of.RegExp('x'), of.Promise.resolve(1), new of.Number(NaN), new of.String('\ud800'), new of.Boolean(true), of.Object(1n), of.Object(Symbol('s')),
        new of.Date(NaN), new of.DataView(new of.ArrayBuffer(1)), new of.Int8Array(1), new of.Float32Array(1), of.Math, of.JSON, of.Map.prototype, new of.Intl.NumberFormat(), [][Symbol.iterator](), (function* () {})(),
        Object.assign(new of.Map(), { toJSON: () => ({}) }), Object.assign(new of.Date(0), { toJSON: () => ({}) }), { toJSON: () => new of.Map() }, new (class extends of.Map { toJSON() { return this; } })(), new of.Proxy(new of.Map(), {}),
        (function () { return arguments; })(1, 2),
      ];
      wrong.forEach((value, i) => {
        assert.equal(cross(value), REFUSED, `${i}`);
        assert.equal(cross({ a: [value] }), REFUSED, `${i}`);
        assert.match(cross.reason, /\$\.a\[0\]: /);
      });
    }
    assert.equal(cross(new Bag([['a', 1]])), REFUSED);
    assert.match(cross.reason, /a Map .*toJSON/);
    for (const name of ['SharedArrayBuffer', 'Blob', 'URLSearchParams', 'Headers', 'AbortController', 'EventTarget', 'MessageChannel', 'TextEncoder', 'FormData']) {
      const type = globalThis[name];
      if (type === undefined) continue;
      assert.equal(cross({ a: new type(name === 'SharedArrayBuffer' ? 4 : undefined) }), REFUSED, name);
    }
    assert.equal(cross(new Event('x')), REFUSED);
    assert.equal(cross(globalThis), REFUSED);
    same(cross({ url: new URL('https://shop.example/a') }), { url: 'https://shop.example/a' });
    if (globalThis.Temporal !== undefined) same(cross(Temporal.PlainDate.from('2024-02-29')), '2024-02-29');
    if (typeof document === 'object') for (const value of [document, document.body, document.all, window, new DOMRect(1, 2, 3, 4), other.document.all, other.document.body]) {
      assert.equal(cross({ value }), REFUSED);
      assert.equal(cross(value), REFUSED);
    }
  });

  test('D11 members of what becomes text or elements are typed errors that say where', async () => {
    const { cross } = await crossing(), other = await realm(), symbol = Symbol('s');
    class List extends Array {
      toJSON() { return { list: [...this] }; }
    }
    for (const of of [globalThis, other]) {
      for (const make of [() => new of.Date(0), () => new URL('https://shop.example/'), () => new of.ArrayBuffer(2), () => new of.Uint8Array([1, 2]), () => new of.Uint8Array(), () => new of.Uint8ClampedArray(1024), () => new (class extends of.Uint8Array {})(3), () => new (class extends of.Date {})(0), () => new of.Array(1, 2), () => new (class extends of.Array {})(1, 2)]) {
        for (const add of [(value) => Object.assign(value, { foo: 1 }), (value) => Object.assign(value, { foo: undefined }), (value) => Object.defineProperty(value, 'foo', { get: () => 1, enumerable: true })]) {
          for (const [value, path] of [[add(make()), /at \$\.foo: /], [{ a: [add(make())] }, /at \$\.a\[0\]\.foo: /]]) {
            assert.equal(cross(value), REFUSED);
            assert.match(cross.reason, path);
          }
        }
        assert.equal(cross(Object.assign(make(), { [symbol]: 1 })), REFUSED);
        assert.equal(cross({ a: Object.assign(make(), { [symbol]: 1 }) }), REFUSED);
        assert.notEqual(cross({ a: Object.defineProperty(make(), 'foo', { value: 1 }) }), REFUSED, 'what is not enumerable is nobody\'s data');
      }
      for (const make of [() => new of.DataView(new of.ArrayBuffer(1)), () => new of.Float64Array(1), () => new of.String('a'), () => new of.Number(1), () => new of.Boolean(true), () => new of.RegExp('a'), () => new of.Error('a'), () => new of.Map(), () => new of.Set()]) {
        assert.equal(cross(Object.assign(make(), { foo: 1 })), REFUSED);
      }
      assert.equal(cross(Object.assign(new of.Uint8Array(100_000), { [symbol]: 1 })), REFUSED);
      const hidden = new of.Array(1, 2, 3);
      Object.defineProperty(hidden, 1, { value: 2, enumerable: false });
      same(cross(hidden), [1, 2, 3]);
      for (const key of ['foo', '01', '-1', '-0', '0.5', '1.0', '4294967295']) {
        assert.equal(cross(Object.assign([...hidden], { [key]: 1 })), REFUSED);
        const both = Object.assign(new of.Array(1, 2, 3), { [key]: 1 });
        Object.defineProperty(both, 1, { value: 2, enumerable: false });
        assert.equal(cross(both), REFUSED, key);
        assert.include(cross.reason, `$.${key}: `);
      }
      same(cross(Object.assign(new of.Array(1, 2), { toJSON: () => 'said' })), 'said');
    }
    same(cross({ list: List.of(1, 2) }), { list: { list: [1, 2] } });
    same(cross(new (class extends Array { toJSON() { return this; } })(1, 2)), [1, 2]);
    Array.prototype.toJSON = () => 'no';
    try {
      same(cross({ a: [1] }), { a: [1] });
    } finally {
      delete Array.prototype.toJSON;
    }
  });

  test('D11 a class of the page is a record, whatever it is called and tagged', async () => {
    const { cross } = await crossing(), other = await realm();
    same(cross(new Point(1, -0)), { x: 1, y: -0 });
    same(cross({ a: [new Labelled()] }), { a: [{ amount: 5 }] });
    for (const tag of ['Arguments', 'Array', 'Date', 'Error', 'Object', 'URL', 'ArrayBuffer']) {
      same(cross(Object.assign(new (class { [Symbol.toStringTag] = tag; })(), { a: 1 })), { a: 1 });
      same(cross(new (class { a = 1; get [Symbol.toStringTag]() { return tag; } })()), { a: 1 });
    }
    same(cross(new (class Map { a = 1; })()), { a: 1 });
    same(cross(Object.assign(new other.Object(), { a: new other.Array(1, 2) })), { a: [1, 2] });
    same(cross(other.JSON.parse('{"a":{"b":[{}]},"__proto__":1}')), JSON.parse('{"a":{"b":[{}]},"__proto__":1}'));
    same(cross(new (class { toJSON() { return { said: 1 }; } })()), { said: 1 });
    same(cross({ a: { toJSON: (key) => `of ${key}` }, b: [{ toJSON: (key) => `of ${key}` }], gone: { toJSON() {} } }), { a: 'of a', b: ['of 0'] });
  });

  test('D11 members that JSON would leave out, and code that throws, are typed errors that say where', async () => {
    const { cross } = await crossing();
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const [value, reason] of [
      [{ a: { [Symbol('secret')]: 1 } }, /\$\.a: .*Symbol\(secret\)/], [Object.assign([1], { extra: 1 }), /\$\.extra: /], [[1, , 3], /\$\[1\]: undefined/], ['x'.match(/x/), /\$\.index: /],
      [{ a: [{ get b() { throw new Error('hostile'); } }] }, /\$\.a\[0\]\.b: hostile/], [{ a: { toJSON() { throw new Error('hostile'); } } }, /\$\.a: hostile/], [[revoked.proxy], /\$\[0\]: .*revoked/],
      [{ get a() { throw { get message() { throw 1; } }; } }, /\$\.a: cannot be read/], [{ get a() { throw new Error('x'.repeat(2 ** 24)); } }, /\$\.a: xxx/], [{ ['k'.repeat(2 ** 20)]: NaN }, /\$\.k+\.\.\.: NaN/],
      [{ s: ['ok', '\udc00'] }, /\$\.s\[1\]: .*lone surrogate/], [{ a: { '\ud800': 1 } }, /lone surrogate/], [{ text: 'x'.repeat(17_000_000) }, /16777216/], [new Proxy({}, { ownKeys() { throw new Error('hostile'); } }), /\$: hostile/],
    ]) {
      assert.equal(cross(value), REFUSED);
      assert.match(cross.reason, reason);
    }
    const hidden = Object.defineProperty({ a: 1 }, 'hidden', { value: 2 });
    same(cross(hidden), { a: 1 });
  });

  test('D11 each property is read once, and sees no second reading', async () => {
    const { cross } = await crossing(), reads = [];
    const changing = { get a() { reads.push('a'); return reads.length; }, list: [1, 2], get toJSON() { reads.push('toJSON'); return 'no function'; } };
    Object.defineProperty(changing.list, 1, { get() { reads.push('list'); return 'second'; }, enumerable: true });
    same(cross(changing), { a: 2, list: [1, 'second'], toJSON: 'no function' });
    assert.sameMembers(reads, ['a', 'list', 'toJSON']);
    let read = [];
    const proxy = new Proxy({ x: { y: 1 } }, { get: (target, key) => { read.push(key); return target[key]; } });
    same(cross(proxy), { x: { y: 1 } });
    assert.deepEqual(read, ['toJSON', 'x']);
  });

  test('D11 data that is too deep, refers back or is shared without end is a typed error, and Go lives', async () => {
    const { bus, cross } = await crossing();
    for (const wrap of [(value) => [value], (value) => ({ a: value }), (value) => ({ toJSON: () => [value] })]) {
      assert.notEqual(cross(nested(400, wrap)), REFUSED);
      for (const depth of [1001, 5000, 100_000]) {
        assert.equal(cross(nested(depth, wrap)), REFUSED);
        assert.match(cross.reason, /more than 1000 levels/);
      }
    }
    same(cross(nested(1000, (value) => ({ a: [value] }.a))), nested(1000, (value) => [value]));
    const cycle = { a: [] };
    cycle.a.push({ b: cycle });
    assert.equal(cross({ cycle }), REFUSED);
    assert.match(cross.reason, /\$\.cycle\.a\[0\]\.b: .*circular/);
    const parent = { children: [] };
    for (let i = 0; i < 8; i++) parent.children.push({ parent });
    assert.equal(cross(parent), REFUSED);
    assert.equal(cross(nested(64, (value) => ({ a: value, b: value }))), REFUSED);
    assert.match(cross.reason, /16777216/);
    // Each part is walked once, not once for each of the 2^60 ways to it.
    let reads = 0;
    const read = (value) => { reads++; return value; };
    for (const wrap of [
      (value) => ({ get a() { return read(value); }, get b() { return read(value); } }), (value) => Object.defineProperty([0, value, value], 0, { get: () => read(0), enumerable: true }), (value) => ({ toJSON: () => ({ a: read(value), b: [value] }) }),
      (value) => Object.create(null, { a: { get: () => read([value, { value }]), enumerable: true }, no: { value: undefined, enumerable: true }, b: { value, enumerable: true } }),
    ]) {
      reads = 0;
      assert.equal(cross(nested(60, wrap)), REFUSED);
      assert.match(cross.reason, /16777216/);
      assert.isBelow(reads, 20_000);
    }
    let many = nested(10, (value) => [value, value]);
    many = [nested(990, (value) => [value]), many, many];
    same(cross(many)[1], many[1]);
    const high = nested(600, (value) => [value]), filler = Array.from({ length: 2000 }, () => []);
    assert.equal(cross([filler, high, nested(500, (value) => value === 1 ? high : [value])]), REFUSED);
    assert.match(cross.reason, /more than 1000 levels/);
    const shared = { s: ['x'] }, rows = Array.from({ length: 3000 }, (_, n) => ({ n, shared, keyed: { toJSON: (key) => key } }));
    same(cross(rows), rows.map(({ n }) => ({ n, shared, keyed: 'keyed' })));
    const keyed = { toJSON: (key) => `of ${key}` };
    same(cross([filler, { a: keyed, b: keyed }, [keyed]]).slice(1), [{ a: 'of a', b: 'of b' }, ['of 0']]);
    const twice = { a: 1 };
    same(cross([twice, twice]), [{ a: 1 }, { a: 1 }]);
    assert.equal(bus.stats().restarts, 0);
  });

  test('D11 what Go has within its data and JavaScript cannot have is the publisher\'s typed error', async () => {
    const failures = [], sent = [];
    const bus = await make({ onError: ({ error }) => failures.push(error) });
    bus.subscribe('sent', (data) => sent.push(data));
    for (const [name, reason] of [['utf8in', /UTF-8/], ['infinite', /1e999/], ['digits', /1{40}\.\.\./], ['deep', /within each other/], ['cycle', /within each other/]]) {
      bus.publish(`send.${name}`);
      assert.lengthOf(failures, 1, name);
      assert.equal(failures[0].code, 'TB_PAYLOAD');
      assert.match(failures.pop().message, reason);
    }
    assert.isEmpty(sent);
    bus.publish('send.zero');
    same(sent.pop(), { zero: -0 });
    assert.equal(bus.stats().restarts, 0);
  });

  test('extensions of an event cross to Go and back', async () => {
    const bus = await make(), described = [], extended = [];
    const extensions = { sequence: '5', empty: '', rate: -2147483648, most: 2147483647, on: true, off: false, text: '\0\x01𝄞', 0: 'zero' };
    bus.subscribe('described', ({ extensions }) => described.push(extensions));
    bus.subscribe('extended', (_, event) => extended.push(event.extensions));
    bus.publish('describe', null, { extensions });
    bus.publish('extend', null, { extensions });
    bus.publish('extend', null);
    same(described, [extensions]);
    same(extended, [extensions, undefined]);
    assert.isFrozen(extended[0]);
    const failures = [];
    const strict = await make({ onError: ({ error }) => failures.push(error.code) });
    strict.subscribe('extended', () => assert.fail('published'));
    for (const wrong of ['name', 'value']) strict.publish(`extend.${wrong}`);
    assert.deepEqual(failures, ['TB_OPTION', 'TB_OPTION']);
  });
}
