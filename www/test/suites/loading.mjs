import { until } from './contract.mjs';
import { realm } from './realm.mjs';
import { crossingOf, foreign, restated, silent, withImport, withoutBus } from './modules.mjs';
import { VALUES } from '../values.mjs';

/** The limit of the loads here: no timer of anybody else's has it, and it ends when the test says so. */
export const LIMIT = 1_234_567;

// Loads of Go that end in something else than a running instance. `program`: the bytes of the default program.
export function loading(test, assert, { create, wasm, component, program, trolleybus }) {
  const never = () => new Promise(() => {}), crossing = crossingOf(program);
  const stalled = (type, seen) => () => new Response(new ReadableStream({
    start(controller) { controller.enqueue(program.slice(0, 1000)); },
    cancel(reason) { seen.push(reason); },
  }), { headers: { 'Content-Type': type } });

  /** Each way in which a load can hang, and what its error says of it. */
  const stalls = {
    'a promise that does not settle': () => ({ wasm: never(), says: 'has not settled' }),
    'a function whose promise does not settle': () => ({ wasm: never, says: 'has not settled' }),
    'a response whose body stalls while it is compiled': (seen) => ({ wasm: stalled('application/wasm', seen), says: 'has not come as a whole', cancelled: true }),
    'a response of another type whose body stalls': (seen) => ({ wasm: stalled('application/octet-stream', seen), says: 'has not come as a whole', cancelled: true }),
    'a program that serves no bus': () => ({ wasm: silent(crossing), says: 'jsbridge.Serve', runs: true }),
    'a program of another loader that serves no bus': () => ({ wasm: running(crossing), says: 'jsbridge.Serve', runs: true }),
  };

  for (const [name, stall] of Object.entries(stalls)) {
    test(`${name}: TB_UNAVAILABLE after loadTimeout, what waited is reported, and the next attempt is a new one`, () => quietly(async (due) => {
      const cancelled = [], failures = [], plain = [];
      const { wasm: bad, says, runs, cancelled: cancels } = stall(cancelled);
      let mended = false;
      // What is no function is taken as it is, each time.
      const bus = create({ wasm: typeof bad === 'function' ? () => mended ? wasm : bad() : bad, loadTimeout: LIMIT, start: 'demand', onError: ({ error, event }) => failures.push([error.reason, event.data]) });
      bus.subscribe('a', (data) => plain.push(data));
      bus.subscribe('a', (data) => plain.push(`retried ${data}`), { retry: {} });
      const outcome = settled(bus.ready);
      bus.publish('a', 1);
      await until(() => runs ? bus.stats().memory > 0 : due.length > 0);
      due.shift()();
      const { code, reason, message } = await outcome;
      assert.deepEqual([code, reason], ['TB_UNAVAILABLE', 'timeout'], message);
      for (const part of [says, 'loadTimeout', String(LIMIT)]) assert.include(message, part);
      assert.deepEqual(failures, [['timeout', 1]]);
      await until(() => cancelled.length === (cancels ? 1 : 0), 'nobody goes on downloading');
      bus.publish('a', 2);
      assert.deepEqual([plain, failures.slice(1)], [[1, 2], [['timeout', 2]]]);

      mended = true;
      const again = settled(bus.ready);
      if (typeof bad !== 'function') {
        await until(() => due.length > 0);
        due.shift()();
        assert.equal((await again).reason, 'timeout', 'another attempt, and not the failure of the first');
        return;
      }
      assert.equal(await again, undefined);
      bus.publish('a', 3);
      assert.deepEqual(plain, [1, 2, 3, 'retried 3']);
      assert.deepEqual(due, [], 'no timer is left');
    }));

    test(`${name}: close ends the load, and ready says so`, () => quietly(async (due) => {
      const cancelled = [];
      const { wasm, runs, cancelled: cancels } = stall(cancelled);
      const bus = create({ wasm, loadTimeout: LIMIT, start: 'demand' });
      bus.subscribe('a', () => {}, { retry: {} });
      const outcome = settled(bus.ready);
      await until(() => runs ? bus.stats().memory > 0 : due.length > 0);
      await bus.close();
      const { code, reason } = await outcome;
      assert.deepEqual([code, reason], ['TB_UNAVAILABLE', 'closed']);
      assert.deepEqual([due, bus.stats().memory], [[], 0]);
      await until(() => cancelled.length === (cancels ? 1 : 0));
      assert.equal((await settled(bus.ready)).reason, 'closed');
    }));
  }

  for (const [name, act, reason] of [
    ['close in the pause before a restart', (bus) => bus.close(), 'closed'],
    ['close during a restart', async (bus, hangs) => (await until(hangs), bus.close()), 'closed'],
    ['a restart that takes too long', async (_, hangs, due) => (await until(hangs), due.shift()()), 'timeout'],
  ]) {
    test(`${name} settles ready`, () => quietly(async (due) => {
      const bus = create({ wasm: component, loadTimeout: LIMIT });
      await bus.ready;
      bus.publish('crash');
      await until(() => bus.stats().memory === 0);
      const { instantiate } = WebAssembly;
      let hanging = 0;
      WebAssembly.instantiate = () => (hanging++, never());
      try {
        const outcome = settled(bus.ready);
        await act(bus, () => hanging > 0, due);
        assert.equal((await outcome)?.reason, reason);
      } finally {
        WebAssembly.instantiate = instantiate;
      }
      if (reason !== 'timeout') return assert.deepEqual([due, bus.stats().memory], [[], 0]);
      await until(() => bus.stats().memory > 0);
      await bus.ready;
      assert.deepEqual([due, bus.stats().restarts], [[], 1]);
    }));
  }

  test('what is no program of Trolleybus says what it is', () => quietly(async () => {
    for (const [wasm, reason, says] of [
      [foreign(), 'start', /is WebAssembly, but not a program that Go built/],
      [await WebAssembly.compile(foreign()), 'start', /the module given as wasm is WebAssembly, but not a program/],
      [withoutBus(), 'start', /without Trolleybus; call jsbridge\.Serve/],
      [withImport(crossing), 'version', /imports env\.draw, which is not there/],
      [{ go: {}, instance: await WebAssembly.instantiate(await WebAssembly.compile(foreign())) }, 'start', /the instance given as wasm is WebAssembly, but no/],
      [new Uint8Array(), 'mime', /the program given as wasm is not WebAssembly/],
      [program.slice(0, 100_000), 'compile', /truncated/],
      [{}, 'fetch', /the wasm given is an object; expected a URL, a Response, bytes or a WebAssembly\.Module/],
      ...[{}, null, 5, undefined, { exports: null }].map((instance) => [{ go: {}, instance }, 'start', new RegExp(`the instance of the wasm given is ${typeof instance === 'object' && instance ? 'an object' : instance}; expected a WebAssembly\\.Instance`)]),
      ...[{}, null, 5, undefined].map((go) => [{ go, instance: running(crossing).instance }, 'start', /the go of the wasm given is .*; expected the Go of wasm_exec\.js that runs the instance/]),
      ...[undefined, null, 5, true, Symbol('s'), [], {}].flatMap((given) => [[() => given, 'fetch', /the wasm given is .*; expected a URL/], [() => Promise.resolve(given), 'fetch', /the wasm given is .*; expected a URL/]]),
      [() => Promise.reject(new Error('offline')), 'fetch', /the promise given as wasm was rejected: offline/],
      [() => { throw new Error('broken'); }, 'start', /^Go could not be started: broken$/],
      ...Object.values(VALUES).flatMap((make) => [[() => { throw make(); }, 'start', /^Go could not be started: ./], [() => ({ then: (_resolve, reject) => reject(make()) }), 'fetch', /^the promise given as wasm was rejected: ./]]),
      ['https://', 'fetch', /is not a URL/],
      [new Response('', { status: 404 }), 'fetch', /answered 404; is/],
      [Response.error(), 'fetch', /answered 0/],
    ]) {
      const bus = create({ wasm, start: 'demand' });
      const error = await settled(bus.ready);
      assert.instanceOf(error, trolleybus.UnavailableError, String(says));
      assert.deepEqual([error.code, error.reason], ['TB_UNAVAILABLE', reason], error.message);
      assert.match(error.message, says);
      assert.equal(bus.stats().memory, 0);
    }
    const read = new Response(program);
    await read.arrayBuffer();
    assert.match((await settled(create({ wasm: read, start: 'demand' }).ready)).message, /has been read before; give a function/);
  }));

  test('a program that states another crossing, or none, is refused before it starts: what waits is reported, and plain topics go on', () => quietly(async () => {
    const { version } = trolleybus, wasmType = { headers: { 'Content-Type': 'application/wasm' } };
    for (const [stated, built] of [
      [crossing.replace(/_[\d.]+_\w+$/, '_9.8.7_0ld0ne77'), 'Trolleybus 9.8.7 (crossing 0ld0ne77)'],
      [crossing.replace(/\w{8}$/, '0ld0ne77'), `Trolleybus ${version} (crossing 0ld0ne77)`],
      [crossing.replace('trolleybus_', 'trolleycar_'), 'another version of Trolleybus'],
    ]) {
      const old = restated(program, stated);
      // What one of them shows of streams and of modules holds for the others.
      for (const given of [() => new Response(old), running(stated), ...built.includes('9.8.7') ? [old, () => new Response(old, wasmType), await WebAssembly.compile(old)] : []]) {
        const failures = [], heard = [];
        let mended = false;
        const bus = create({ wasm: typeof given === 'function' ? () => mended ? wasm : given() : given, start: 'demand', onError: ({ error, event }) => failures.push([error.reason, event.data]) });
        bus.subscribe('a', (data) => heard.push(data));
        bus.subscribe('a', (data) => heard.push(`retried ${data}`), { retry: {} });
        const outcome = settled(bus.ready);
        bus.publish('a', 1);
        const error = await outcome;
        assert.instanceOf(error, trolleybus.UnavailableError);
        assert.deepEqual([error.code, error.reason], ['TB_UNAVAILABLE', 'version'], error.message);
        for (const part of [`was built with ${built}`, `${version} (crossing ${crossing.slice(-8)})`, `rebuild the component with github.com/trolleybus/trolleybus v${version}`]) assert.include(error.message, part);
        bus.publish('a', 2);
        assert.deepEqual([heard, failures, bus.stats().memory], [[1, 2], [['version', 1], ['version', 2]], 0]);
        if (typeof given !== 'function') continue;
        mended = true;
        await bus.ready;
        bus.publish('a', 3);
        assert.deepEqual(heard, [1, 2, 3, 'retried 3']);
      }
    }
  }));

  test('what the engine says of a program is told, in whatever realm its error was made', () => quietly(async () => {
    const { compile } = WebAssembly, other = await realm();
    try {
      for (const [thrown, says] of [
        [new other.Error("'unsafe-eval' is not allowed by the Content Security Policy"), /policy forbids WebAssembly; add 'wasm-unsafe-eval'/],
        [new other.Error('made elsewhere'), /could not be compiled.*made elsewhere/],
        ['a text', /could not be compiled.*a text/],
        [undefined, /could not be compiled/],
      ]) {
        WebAssembly.compile = () => Promise.reject(thrown);
        const error = await settled(create({ wasm: program, start: 'demand' }).ready);
        assert.deepEqual([error.code, error.reason], ['TB_UNAVAILABLE', 'compile']);
        assert.match(error.message, says);
      }
    } finally {
      WebAssembly.compile = compile;
    }
  }));

  test('the program in each form in which it may be given', async () => {
    const wasmType = { headers: { 'Content-Type': 'application/wasm' } };
    for (const given of [
      wasm, String(wasm), () => wasm, program, program.buffer, new DataView(program.buffer), await WebAssembly.compile(program), Promise.resolve(program), () => Promise.resolve(wasm),
      new Response(program, wasmType), Promise.resolve(new Response(program)), () => new Response(program, wasmType),
    ]) {
      const bus = create({ wasm: given });
      await bus.ready;
      assert.isAbove(bus.stats().memory, 0);
      await bus.close();
    }
  });

  test('integrity that browsers would pass over is refused when the bus is made', async () => {
    const [sha256, sha384, sha512] = await Promise.all([256, 384, 512].map((bits) => hash(bits, program)));
    for (const integrity of [
      'foo', '', ' ', 'sha256-', 'sha256', 'md5-1B2M2Y8AsgTpgAmY7PhCfg==', 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'sha384', sha256.slice(0, -1), sha384 + '=', sha384.slice(0, -1), sha512.slice(0, -2), `${sha256}A`,
      sha256.replace('256', '384'), sha384.replace('384', '512'), sha512.replace('512', '256'), sha256.replace('sha', 'SHA'), sha256.replace('-', ''), sha256.replace('-', ' '), sha256.slice(4),
      `${sha384},${sha512}`, `foo ${sha384}`, `${sha384} sha256-`, `${sha384}\u00a0${sha512}`, sha384.replace(/.$/, '!'), `'${sha384}'`, `integrity=${sha384}`,
    ]) {
      const make = () => create({ wasm: program, integrity, start: 'demand' });
      assert.throws(make, trolleybus.OptionError, /integrity/, JSON.stringify(integrity));
    }
  });

  test('the program is loaded if one of the strongest hashes is its own', () => quietly(async () => {
    const other = foreign(); // is refused when it has passed
    const wrong = (hash) => hash.replace(/-.{8}/, '-AAAAAAAA');
    const url = (hash) => hash.slice(0, 7) + hash.slice(7).replaceAll('+', '-').replaceAll('/', '_');
    for (const [given, bytes] of [[other, other], [() => new Response(other, { headers: { 'Content-Type': 'application/wasm' } }), other], [wasm, program]]) {
      const [sha256, sha384, sha512] = await Promise.all([256, 384, 512].map((bits) => hash(bits, bytes)));
      for (const [integrity, fits] of [
        [sha256, true], [sha384, true], [sha512, true], [` ${sha256}\n\t${sha384} `, true], [`${sha384}?anything`, true], [url(sha512), true],
        [wrong(sha512), false], [`${wrong(sha512)} ${sha512}`, true], [`${sha256} ${sha384} ${wrong(sha512)}`, false], [`${wrong(sha256)} ${sha512}`, true],
      ]) {
        const bus = create({ wasm: given, integrity, start: 'demand' });
        const error = await settled(bus.ready);
        assert.equal(error?.reason, fits ? bytes === other ? 'start' : undefined : 'integrity', `${integrity}: ${error?.message}`);
        await bus.close();
      }
    }
    const bus = create({ wasm: await WebAssembly.compile(program), integrity: await hash(384, program), start: 'demand' });
    assert.equal((await settled(bus.ready)).reason, 'integrity', 'of compiled code nobody can tell');
  }));

  test('bytes that cannot be checked, on a page by HTTP, are TB_UNAVAILABLE', () => quietly(async () => {
    const integrity = `sha384-${'A'.repeat(64)}`;
    const { crypto } = globalThis;
    for (const instead of [undefined, { getRandomValues: (array) => crypto.getRandomValues(array) }]) {
      const bus = create({ wasm: program, integrity, start: 'demand' });
      Object.defineProperty(globalThis, 'crypto', { value: instead, configurable: true, writable: true });
      try {
        const error = await settled(bus.ready);
        assert.deepEqual([error.code, error.reason], ['TB_UNAVAILABLE', 'integrity']);
        assert.match(error.message, /crypto\.subtle is missing/);
      } finally {
        Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true, writable: true });
      }
    }
  }));

  test('loadTimeout is a number of milliseconds', () => {
    for (const loadTimeout of [0, -1, NaN, '1000', null, {}]) assert.throws(() => create({ loadTimeout }), trolleybus.OptionError, /loadTimeout/);
  });
}

/** A program whose other loader has everything but started it. */
function running(crossing) {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(silent(crossing)));
  return { instance, go: { exited: false, exit() {}, _resume() {}, _scheduledTimeouts: new Map() } };
}

/** The error of a promise, undefined where it is kept. */
const settled = (promise) => promise.then(() => undefined, (error) => error);

const hash = async (bits, bytes) => `sha${bits}-${btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, bytes))))}`;

/** Runs a test while the console says nothing; `due` has what would happen when the time of a load is up. */
export async function quietly(run) {
  const { setTimeout, clearTimeout, console } = globalThis;
  const { warn, error } = console;
  const due = [];
  globalThis.setTimeout = (call, delay, ...rest) => delay === LIMIT ? (due.push(call), call) : setTimeout(call, delay, ...rest);
  globalThis.clearTimeout = (timer) => due.includes(timer) ? due.splice(due.indexOf(timer), 1) : clearTimeout(timer);
  console.warn = console.error = () => {};
  try {
    await run(due);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Object.assign(console, { warn, error });
  }
}
