// Random programs of calls of an emitter, to be run on an original and on its facade. What a listener does is part of the
// program: calls of its own, and an error. Both must give the same trace: every call of a listener, every result, every error.

const DEPTH = 5, STEPS = 150;

/** Runs a program of `kind` on an emitter; the result is its trace. */
export function run({ steps, scripts }, kind, emitter) {
  const trace = [], functions = new Map(), wrappers = new Map();
  let depth = 0, left = STEPS;

  const shown = (value) => {
    if (value === emitter) return 'the emitter';
    if (typeof value === 'function') {
      if (functions.has(value)) return functions.get(value);
      if (typeof value.listener === 'function') {
        if (!wrappers.has(value)) wrappers.set(value, `once ${wrappers.size} of ${shown(value.listener)}`);
        return wrappers.get(value);
      }
      return 'a function';
    }
    if (value instanceof Error) return { error: [value.name, value.code, value.message.replace(/^\w+ is not a function$/, 'it is not a function'), shown(value.context)] };
    if (value instanceof Map) return [...value].map(shown);
    if (Array.isArray(value)) return value.map(shown);
    return Object.is(value, -0) ? '-0' : value;
  };
  const perform = (steps, what) => {
    for (const step of steps) {
      if (left-- <= 0) return;
      let result;
      try {
        result = { result: shown(kind.perform(emitter, step, listeners)) };
      } catch (error) {
        result = { thrown: shown(error) };
      }
      trace.push([what, step.map(shown), result]);
    }
  };
  const listeners = scripts.map(({ steps, error, lets }, i) => {
    const listener = function (...parameters) {
      trace.push([`listener ${i}`, this === emitter, shown(parameters)]);
      if (depth >= DEPTH) return undefined;
      depth++;
      try {
        // Uncaught, it is what the listener throws.
        if (lets) for (const step of steps) { if (left-- > 0) kind.perform(emitter, step, listeners); }
        else perform(steps, `in listener ${i}`);
      } finally {
        depth--;
      }
      if (error !== undefined) throw error;
      return `result ${i}`;
    };
    functions.set(listener, `listener ${i}`);
    return listener;
  });
  perform(steps, 'program');
  trace.push(['at the end', shown(kind.state(emitter))]);
  return trace;
}

/** A program of the kind. */
export function program(kind, random) {
  const names = random.list(() => random.pick(kind.names), 4).concat(random.pick(kind.names), kind.special(random));
  const scripts = Array.from({ length: 4 }, (_, i) => ({
    steps: random.chance(0.5) ? random.list(() => kind.step(random, names, true), 3) : [],
    error: random.chance(0.15) ? random.pick([new Error(`of ${i}`), undefined, `text of ${i}`]) : undefined,
    lets: random.chance(0.2),
  }));
  return { scripts, steps: Array.from({ length: 25 }, () => kind.step(random, names)) };
}

const symbol = Symbol('one'), other = Symbol('one'), object = { toString: () => 'a' }, array = ['b'], callable = () => {};
const COMMON = ['a', 'b', '', '*', '1', '0', '-1', '01', '4294967295', 'a.b', 'two words', '__proto__', 'constructor', 'undefined', 'null', 'NaN', '%', symbol, other, Symbol.for('a'), Symbol.iterator, 0, 1, -1, 1.5, NaN, Infinity, 1e21, -0, 7n, true, false, null];

/** Steps are a method, a name, and indexes of listeners or values. */
export const mitt = {
  names: [...COMMON, undefined, object, array, callable, Object(1), Object(symbol)],
  special: (random) => random.chance(0.5) ? ['*'] : [],
  step(random, names) {
    const name = random.pick(names), listener = random.integer(0, 3);
    return random.pick([
      ['on', name, listener], ['on', name, listener], ['on', name, listener], ['off', name, listener], ['off', name],
      ['emit', name, random.pick([1, undefined, 'x', symbol])], ['emit', name], ['emit', name, 2], ['emit', name, 3],
      ['set', name, listener], ['delete', name], ['get', name], ['not a function', name], ...random.chance(0.1) ? [['clear']] : [],
    ]);
  },
  perform(emitter, [method, name, value], listeners) {
    switch (method) {
      case 'on': return emitter.on(name, listeners[value]);
      case 'off': return emitter.off(name, ...value === undefined ? [] : [listeners[value]]);
      case 'emit': return emitter.emit(name, value);
      case 'set': return void emitter.all.set(name, [listeners[value]]);
      case 'delete': return emitter.all.delete(name);
      case 'get': return emitter.all.get(name);
      case 'clear': return emitter.all.clear();
      default: return emitter.on(name, name);
    }
  },
  state: ({ all }) => all,
};

export const eventsWith = (errorMonitor) => ({
  names: [...COMMON, undefined, errorMonitor, object, array, Object(symbol), 'error', 'error', 'newListener', 'removeListener'],
  special: (random) => ['error', 'newListener', 'removeListener', errorMonitor].filter(() => random.chance(0.3)),
  step(random, names, inListener = false) {
    const name = random.pick(names), listener = random.integer(0, 3);
    const add = [random.pick(['on', 'addListener', 'prependListener', 'once', 'prependOnceListener']), name, listener];
    // Node 20 fails where it looks for listeners of `undefined` and there are none: another exception.
    if (name === undefined) return random.pick([add.fill('on', 0, 1), ['emit', name, 1], ['listenerCount', name], ['removeAllListeners', name]].slice(0, inListener ? 3 : 4));
    return random.pick([
      add, add, add, add, [random.pick(['off', 'removeListener']), name, listener],
      // One of the exceptions in docs/COMPATIBILITY.md: errorMonitor takes all of them away.
      ...inListener && names.includes(errorMonitor) ? [] : [['removeAllListeners', name], ['removeAllListeners']],
      ['emit', name], ['emit', name, 1, symbol, [2]], ['emit', name, new Error('emitted')], ['emit', name, 'no error'], ['emit', name, undefined],
      ['listenerCount', name], ['listenerCount', name, listener], ['listeners', name], ['rawListeners', name], ['eventNames'],
      ['raw', name, random.integer(0, 1), 'called'], ['wrong', random.pick(['on', 'once', 'off', 'prependListener']), name, random.pick([null, undefined, 'x', {}])],
      ['setMaxListeners', random.pick([0, 1, 2, 1.5, -1, NaN, 'x', Infinity])], ['getMaxListeners'],
    ]);
  },
  perform(emitter, [method, ...parameters], listeners) {
    const [name, ...values] = parameters;
    switch (method) {
      case 'emit': return emitter.emit(...parameters);
      case 'raw': return emitter.rawListeners(name)[values[0]]?.(values[1]);
      case 'wrong': return emitter[name](values[0], values[1]);
      case 'removeAllListeners': case 'setMaxListeners': return emitter[method](...parameters);
      case 'eventNames': case 'getMaxListeners': return emitter[method]();
      default: return emitter[method](name, ...values.map((i) => listeners[i]));
    }
  },
  state: (emitter) => {
    const names = emitter.eventNames();
    return names.map((name) => [name, emitter.rawListeners(name)]);
  },
});
