import { VALUES } from '../values.mjs';
import { replaceReportError } from './contract.mjs';
import { some } from './effort.mjs';
import { silence } from './go.mjs';

/** Symbols of the language: others are not public. */
const SYMBOLS = new Set([...Object.getOwnPropertyNames(Symbol).map((name) => Symbol[name]), Symbol.for('Symbol.dispose'), Symbol.for('Symbol.asyncDispose')]);
const OF_FUNCTIONS = ['length', 'name', 'prototype', 'arguments', 'caller'];

/** The keys of all that an object has, but for what every object has. */
function membersOf(object) {
  const keys = new Set();
  for (let at = object; at !== null && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) if (typeof key === 'string' || SYMBOLS.has(key)) keys.add(key);
  }
  keys.delete('constructor');
  if (typeof object === 'function') for (const key of OF_FUNCTIONS) keys.delete(key);
  return [...keys];
}

const isObject = (value) => typeof value === 'function' || typeof value === 'object' && value !== null;

/** No argument of any public call ends an instance of Go; what a call refuses it refuses by a typed error. */
export function everyArgument(run, assert, { create, component, table, trolleybus, inner, settled }) {
  const { TrolleybusError, GoError, createBus } = trolleybus;
  let topics = 0;
  /** What users' own functions throw is told to the page. */
  const test = (name, quietly) => run(name, async () => {
    const ends = [silence(), replaceReportError(() => {})];
    try {
      await quietly();
    } finally {
      ends.forEach((end) => end());
    }
  });
  const topic = () => `own.t${++topics}`;

  /** Good arguments of members, by where these are; the others get a topic, a function and an object. */
  const GOOD = {
    'bus.publish': () => ['echo.me', 1, {}], 'bus.request': () => ['ask', 1, {}], 'bus.topic': () => [topic(), {}], 'bus.events': () => [topic(), {}],
    'bus.bridge': () => [new EventTarget(), { from: { click: 'ui.click' }, to: { 'ui.*': true } }, {}], 'bus.use': () => [(_event, next) => next()], 'bus.observe': () => [{}],
    'bus.deadLetters': () => ['dead'], 'bus.redrive': () => ['dead', {}], 'bus.discard': () => ['dead'], 'bus.pressure': () => ['dead'],
    'bus.stats': () => [undefined], 'bus.topics': () => [undefined], 'bus.subscriptions': () => [undefined], 'bus.close': () => [undefined],
    'bus.topic().publish': () => [1, {}], 'bus.topic().subscribe': () => [() => {}, {}], 'bus.topic().events': () => [{}], 'bus.topic().clear': () => [undefined],
    'bus.target.addEventListener': () => [topic(), () => {}, {}], 'bus.target.removeEventListener': () => [topic(), () => {}, {}], 'bus.target.dispatchEvent': () => [new Event(topic())],
    'trolleybus.createBus': () => [{ start: 'demand' }], 'trolleybus.pageBus': () => [{ start: 'demand' }], 'trolleybus.toCloudEvent': (event) => [event, {}], 'trolleybus.toCloudEvents': (event) => [[event], {}],
    'trolleybus.fromCloudEvent': () => [{ specversion: '1.0', id: 'a', source: 's', type: topic() }], 'trolleybus.fromCloudEvents': () => [[]],
  };
  const goodOf = (where, event) => GOOD[where]?.(event) ?? [topic(), () => {}, {}];

  /** What has to be typed and is not, of the calls of one bus, and what ends what these began. */
  class Trial {
    wrong = new Set();
    ends = [];

    judge(where, error) {
      let fits = false;
      try {
        fits = error instanceof TrolleybusError && /^TB_[A-Z_]+$/.test(error.code) && !(error instanceof GoError && error.code === 'TB_OPTION');
      } catch { /* a proxy */ }
      if (!fits) this.wrong.add(`${where}: ${Object.prototype.toString.call(error)} ${error?.stack?.split('\n', 6).join(' ')}`);
    }

    /** Makes a call; `as`: whether an error is that which the platform has for the same. */
    call(where, call, as = () => false) {
      let result;
      try {
        result = call();
      } catch (error) {
        if (!as(error)) this.judge(where, error);
        return undefined;
      }
      if (result instanceof Promise) result.catch((error) => { if (!as(error)) this.judge(`${where}, later`, error); });
      else if (typeof result === 'function') this.ends.push(result);
      else if (result?.[Symbol.asyncIterator]) this.ends.push(() => void result.return());
      return result;
    }

    end() { this.ends.splice(0).forEach((end) => end()); }
  }

  const isGiven = (error) => error?.name === 'AbortError'; // the reason of a signal that was given
  const plain = new EventTarget();
  /** What members may fail with beside errors of the bus: iterators with what they are given, targets with what all targets do. */
  const others = (where, key, args) => {
    if (where.startsWith('bus.events()') && (key === 'return' || key === 'throw')) return () => true;
    if (where === 'bus.request') return isGiven;
    if (!where.startsWith('bus.target')) return undefined;
    return () => {
      try {
        void plain[key](...args());
        return false;
      } catch {
        return true;
      }
    };
  };

  const sound = (bus, where) => {
    const got = [], done = [];
    const offs = [bus.subscribe('sound', (n) => { got.push(n); }, { retry: {}, name: 'sound', dedupe: {} }), bus.subscribe('order.done', ({ id }) => { done.push(id); })];
    bus.publish('sound', 1);
    bus.publish('order.placed', { id: 'last', items: 1 });
    offs.forEach((off) => off());
    assert.deepEqual({ got, done, restarts: bus.stats().restarts }, { got: [1], done: ['last'], restarts: 0 }, where);
  };

  /** Calls every member of a bus, and of what these return, with every value in every place. */
  const callAll = async (bus, trial, { check, keeps }) => {
    let event;
    bus.subscribe('seen', (_data, e) => { event = e; })();
    const off = bus.subscribe('seen', (_data, e) => { event = e; });
    bus.publish('seen', 1);
    off();
    const found = [['trolleybus', () => trolleybus], ['bus', () => bus], ['event', () => event]], members = [];
    while (found.length > 0) {
      const [name, fresh] = found.shift(), object = fresh();
      const all = membersOf(object).map((key) => [`${name}.${String(key)}`, key]);
      if (typeof object === 'function') all.push([name, undefined]);
      for (const [where, key] of all) {
        const member = key === undefined ? object : object[key];
        if (typeof member !== 'function') {
          // What a property has is explored as well.
          if (isObject(member) && !(member instanceof Promise) && name === 'bus') found.push([where, () => fresh()[key]]);
          continue;
        }
        if (member.prototype instanceof Error || /^class\b/.test(Function.prototype.toString.call(member))) continue;
        const ends = name === 'bus' && (key === 'close' || key === Symbol.asyncDispose);
        const invoke = (args) => {
          const of = ends ? create({ wasm: component, start: 'demand' }) : fresh();
          const result = key === undefined ? of(...args) : of[key](...args);
          if (name === 'trolleybus' && typeof result?.close === 'function') void result.close();
          return result;
        };
        members.push(where);
        const result = trial.call(where, () => invoke(goodOf(where, event)), others(where, key, () => goodOf(where, event)));
        if (isObject(result) && !(result instanceof Promise) && name !== 'trolleybus' && !name.endsWith('()') && membersOf(result).some((key) => typeof result[key] === 'function') && !Array.isArray(result)) found.push([`${where}()`, () => invoke(goodOf(where, event))]);
        for (const [what, make] of some(Object.entries(VALUES))) {
          for (let i = 0; i < goodOf(where, event).length; i++) {
            const args = () => goodOf(where, event).map((good, j) => j === i ? make() : good);
            trial.call(`${where}(${i}: ${what})`, () => invoke(args()), others(where, key, args));
          }
          const every = () => goodOf(where, event).map(make);
          trial.call(`${where}(all: ${what})`, () => invoke(every()), others(where, key, every));
          if (!keeps || where === 'bus.use') trial.end();
        }
        check?.(where);
      }
    }
    await settled();
    return members;
  };

  const KNOWN = ['trolleybus.createBus', 'bus.publish', 'bus.bridge', 'bus.redrive', 'bus.close', 'bus.target.dispatchEvent', 'bus.topic().publish', 'bus.topic().clear', 'bus.subscribe()', 'bus.events().next', 'bus.events().throw'];

  /** The bounds of each kind of number and text, and what is beside them. */
  const BOUNDS = {};
  for (const [kind, { from, above, to }] of Object.entries(table.numbers)) {
    BOUNDS[kind] = [from, above, to].filter((bound) => bound !== undefined).flatMap((x) => [x, x - 1, x + 1, x + 0.5, x * (1 + Number.EPSILON), x * (1 - Number.EPSILON)]).map((x) => [`${x}`, () => x]);
  }
  for (const [kind, most] of Object.entries(table.texts)) {
    BOUNDS[kind] = [['x', most], ['x', most + 1], ['é', most >> 1], ['é', (most >> 1) + 1], ['\u{1f600}', most >> 2], ['\u{1f600}', (most >> 2) + 1]].map(([text, n]) => [`${text} * ${n}`, () => text.repeat(n)]);
  }

  /** The options of a spec, in others as well: each as the names from the top, with what it may be. */
  const pathsOf = (spec, above = []) => [spec].flat().filter(isObject).flatMap((shape) => Object.entries(shape).flatMap(([name, of]) => {
    const path = [...above, name || 'a.b'];
    return [[path, [of].flat()], ...pathsOf(of, path)];
  }));

  /** In how many ways an object has a member. */
  const WAYS = {
    'own': (name, value, beside) => ({ ...beside, [name]: value }),
    'inherited': (name, value, beside) => Object.create({ ...beside, [name]: value }),
    'a getter': (name, value, beside) => ({ ...beside, get [name]() { return value; } }),
    'without a prototype': (name, value, beside) => Object.assign(Object.create(null), beside, { [name]: value }),
    'a class has a getter': (name, value, beside) => Object.assign(new class { get [name]() { return value; } set [name](_other) {} }, beside),
    'not enumerable': (name, value, beside) => Object.defineProperty({ ...beside }, name, { value }),
    'a getter that is not enumerable': (name, value, beside) => Object.defineProperty(Object.assign(Object.create(null), beside), name, { get: () => value }),
    'through a proxy': (name, value, beside) => new Proxy({ ...beside, [name]: value }, {}),
    'a proxy answers': (name, value, beside) => new Proxy({}, { get: (_target, key) => key === name ? value : beside?.[key] }),
  };
  /** Those of what has names that nobody knows beforehand. */
  const LISTED = ['own', 'inherited', 'a getter', 'without a prototype', 'through a proxy'];

  /** Calls with these options. What an option needs beside it is there. */
  const CALLS = {
    'subscribe': (bus, options) => {
      const own = topic(), off = bus.subscribe(own, () => {}, options);
      bus.publish(own, 1, { key: 'k' });
      return off;
    },
    'events': (bus, options) => bus.events(topic(), options), 'respond': (bus, options) => bus.respond(topic(), () => 1, options),
    'publish': (bus, options) => bus.publish('echo.me', 1, options), 'request': (bus, options) => bus.request('go.echo.me', 1, options),
    'topic': (bus, options) => {
      const own = bus.topic(topic(), options);
      try {
        own.publish({ a: 1 });
      } catch (error) {
        if (error.code !== 'TB_SCHEMA' && error.code !== 'TB_VERSION') throw error;
      }
      return own;
    },
    'redrive': (bus, options) => bus.redrive('dead', options), 'bridge': (bus, options) => bus.bridge(new EventTarget(), { from: { click: 'ui.click' } }, options),
    'bridge map': (bus, options) => bus.bridge(new EventTarget(), options), 'observe': (bus, options) => bus.observe(options),
    // Of adapters, each of which is a file of its own.
    ...Object.fromEntries(['event', 'last event', 'emitter', 'jsonSchema', 'virtualClock', 'replay', 'expected event'].map((of) => [of, (_bus, options) => void inner.read(of, options)])),
    'createBus': (_bus, options, path) => {
      const bus = createBus(options), loaded = path[0] === 'wasm' ? bus.ready : undefined;
      loaded?.catch(() => {});
      void bus.close();
      return loaded;
    },
  };
  const BESIDE = {
    'subscribe': ([name]) => ({ name: 'n', ...(name === 'overflow' || name === 'coalesce') && { concurrency: 1 } }),
    'createBus': ([name]) => name === 'start' ? {} : { start: 'demand' },
    'bridge map': ([, , name]) => name === undefined || name === 'topic' ? {} : { topic: 'ui.x' },
  };

  /** Gives every option of every call every value. */
  const optAll = async (bus, trial, { check, keeps }) => {
    let turn = 0;
    for (const [of, spec] of Object.entries(table)) {
      if (of === 'numbers' || of === 'texts') continue;
      for (const [path, kinds] of pathsOf(spec)) {
        for (const [what, make] of some([...Object.entries(VALUES), ...kinds.flatMap((kind) => BOUNDS[String(kind).replace('!', '')] ?? [])])) {
          const [how, having] = Object.entries(WAYS)[turn++ % Object.keys(WAYS).length];
          const options = path.reduceRight((inner, name, i) => having(name, inner, i === path.length - 1 || i === 0 && of !== 'bridge map' ? BESIDE[of]?.(path) : undefined), make());
          trial.call(`${of} ${path.join('.')} (${how}): ${what}`, () => CALLS[of](bus, options, path), of === 'request' ? isGiven : undefined);
          if (!keeps) trial.end();
        }
        check?.(`${of} ${path.join('.')}`);
      }
    }
    await settled();
  };

  const whileUp = (all) => async () => {
    const bus = create({ wasm: component, onError() {} }), trial = new Trial();
    await bus.ready;
    const members = await all(bus, trial, { check: (where) => sound(bus, where) });
    if (members !== undefined) assert.includeMembers(members, KNOWN);
    assert.equal([...trial.wrong].join('\n'), '');
    sound(bus);
  };

  const beforehand = (all) => async () => {
    const failures = [], bus = create({ wasm: component, start: 'demand', loadTimeout: 600_000, onError: ({ error }) => failures.push(error) }), trial = new Trial();
    await all(bus, trial, { keeps: true });
    await bus.ready;
    sound(bus);
    trial.end();
    await settled();
    sound(bus);
    for (const error of failures) if (error instanceof GoError && error.code === 'TB_OPTION') trial.judge('what waited for Go', error);
    assert.equal([...trial.wrong].join('\n'), '');
  };

  test('no argument of any call ends an instance of Go, and what is refused is a typed error', whileUp(callAll));
  test('no option of any call ends an instance of Go, and what is refused is a typed error', whileUp(optAll));
  test('no argument of a call that is made before Go is up ends the instance that comes', beforehand(callAll));
  test('no option of a call that is made before Go is up ends the instance that comes', beforehand(optAll));

  test('an option counts in whatever way an object has it', async () => {
    const bus = create({ start: 'demand' });
    for (const [of, spec] of Object.entries(table)) {
      if (of === 'numbers' || of === 'texts') continue;
      const [any] = [spec].flat().flatMap((shape) => Object.entries(shape)).filter(([, kind]) => kind === 'any')[0] ?? [];
      if (any !== undefined) for (const [how, having] of Object.entries(WAYS)) assert.equal(inner.read(of, having(any, spec))[any], spec, `${of} ${any} (${how})`);
      for (const [path, kinds] of pathsOf(spec)) {
        if (kinds.includes('any')) continue;
        const says = async (make) => {
          try {
            const asked = (CALLS[of] ?? inner.read)(bus, make(), path);
            if (of === 'request') await asked;
          } catch (error) {
            return error.message;
          }
          return 'nothing';
        };
        const beside = of === 'bridge map' ? BESIDE[of](path) : undefined;
        const given = (having, wrong, listed = WAYS.own) => () => path.reduceRight((value, name, i) => (name === 'a.b' ? listed : having)(name, value, i === path.length - 1 ? beside : undefined), wrong);
        const expected = await says(given(WAYS.own, Symbol('s')));
        assert.match(expected, /^[^:]+: expected .*, got Symbol\(s\)$/, `${of} ${path.join('.')}`);
        for (const [how, having] of Object.entries(WAYS)) assert.equal(await says(given(having, Symbol('s'))), expected, `${of} ${path.join('.')} (${how})`);
        for (const literal of kinds.filter((kind) => String(kind)[0] === "'").map((kind) => kind.slice(1, -1))) {
          for (const like of [[literal], Object(literal), { toString: () => literal }]) {
            assert.match(await says(given(WAYS.own, like)), / expected .*, got (an array|an object|undefined)$/, `${of} ${path.join('.')}`);
          }
        }
        if (path.includes('a.b')) for (const how of LISTED) assert.equal(await says(given(WAYS[how], Symbol('s'), WAYS[how])), expected, `${of} ${path.join('.')} (all ${how})`);
      }
    }
  });
}
