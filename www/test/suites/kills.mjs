import { until } from './contract.mjs';
import { silence } from './go.mjs';

/** WebAssembly.instantiate as `fatal` says: each instance of Go dies at its n-th crossing, before or behind the call. */
async function dying(fatal, run) {
  const real = WebAssembly.instantiate, crossings = [];
  let instances = 0;
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await real(module, imports), of = instances++, { at = 0, behind = false } = fatal[of] ?? {};
    crossings[of] = 0;
    const exports = Object.fromEntries(Object.entries(instance.exports).map(([name, value]) => !name.startsWith('trolleybus_') ? [name, value] : [name, (...numbers) => {
      const last = ++crossings[of] === at;
      if (last && !behind) throw new WebAssembly.RuntimeError('killed');
      const result = value(...numbers);
      if (last) throw new WebAssembly.RuntimeError('killed');
      return result;
    }]));
    return new Proxy(instance, { get: (target, name) => name === 'exports' ? exports : Reflect.get(target, name, target) });
  };
  try {
    await run(crossings);
  } finally {
    WebAssembly.instantiate = real;
  }
  return crossings;
}

// Go is killed at every step of the hand-over and of what follows, and each event is accounted for: handled, a dead
// letter, a failure or a counted drop. `steps` picks the crossings of those that there are.
export function kills(test, assert, { create, component }, steps) {
  const backoff = { initial: 1, jitter: false };

  /** One program: events before Go is up, and behind it, to subscriptions of every kind. */
  async function play(fatal) {
    const failures = [], letters = [], got = {}, published = [], done = [];
    let wasm;
    const crossings = await dying(fatal, async () => {
      const bus = create({ wasm: component, onError: ({ error, event, name }) => failures.push({ name, n: event.data?.n ?? event.data?.id, error }) });
      const note = (name) => {
        got[name] = [];
        return (data, event) => { got[name].push({ topic: event.topic, n: data.n }); };
      };
      // What the first one publishes must come behind what waited, for everybody.
      const effect = note('first');
      bus.subscribe('in.*', (data, event) => {
        effect(data, event);
        if (event.topic === 'in.cause') bus.publish('in.effect', { n: data.n });
      }, { name: 'first', retry: { backoff } });
      bus.subscribe('in.*', note('second'), { name: 'second', retry: { backoff }, dedupe: {} });
      const failing = note('failing'), tries = new Map();
      bus.subscribe('in.cause', (data, event) => {
        tries.set(data.n, (tries.get(data.n) ?? 0) + 1);
        if (tries.get(data.n) === 1) throw new Error('not yet');
        failing(data, event);
      }, { name: 'failing', retry: { attempts: 9, backoff } });
      bus.subscribe('in.cause', async (data, event) => { await null; got.queued.push({ topic: event.topic, n: data.n }); }, { name: 'queued', concurrency: 1 });
      got.queued = [];
      for (const name of ['member', 'member']) bus.subscribe('in.cause', note(name), { name, queue: 'group', retry: { backoff } });
      got.member = [];
      const member = (data, event) => got.member.push({ topic: event.topic, n: data.n });
      bus.subscribe('in.cause', member, { name: 'member', queue: 'second group' });
      bus.subscribe('in.cause', member, { name: 'member', queue: 'second group' });
      bus.subscribe('in.cause', () => { throw new Error('never'); }, { name: 'dead', retry: { attempts: 2, backoff } });
      bus.subscribe('$bus.dead.in.cause', ({ event }) => letters.push(event.data.n));
      bus.subscribe('order.done', ({ id }) => done.push(id));
      const publish = (n) => {
        published.push(n);
        bus.publish('in.cause', { n });
        bus.publish('order.placed', { id: `${n}`, items: 0 });
      };
      for (let n = 0; n < 4; n++) publish(n);
      await bus.ready.catch(() => {});
      for (let n = 4; n < 6; n++) publish(n);
      wasm = bus;
      const accounted = (name, topic, n) => got[name].some((each) => each.topic === topic && each.n === n) || failures.some((each) => each.name === name && each.n === n);
      const missing = () => published.flatMap((n) => [
        ...['first', 'second'].filter((name) => !accounted(name, 'in.effect', n)).map((name) => `effect ${n} of ${name}`),
        ...['first', 'second', 'failing', 'queued', 'member'].filter((name) => !accounted(name, 'in.cause', n)).map((name) => `cause ${n} of ${name}`),
        ...letters.includes(n) || failures.some((each) => each.name === 'dead' && each.n === n) ? [] : [`dead letter ${n}`],
        ...done.includes(`${n}`) || failures.some((each) => each.n === `${n}`) || bus.stats().dropped > 0 ? [] : [`order ${n}`],
      ]);
      await until(() => missing().length === 0).catch(() => assert.fail(`not accounted for: ${missing().join(', ')}`));
    });
    const { dropped } = wasm.stats();
    const lost = published.filter((n) => !done.includes(`${n}`) && !failures.some((each) => each.n === `${n}`)).length;
    assert.isAtMost(lost, dropped, 'an event for Go is gone, and nobody counted it');
    assert.equal(new Set(done).size, done.length, 'Go got an event twice');
    return { got, crossings, failures, deaths: Object.keys(fatal).length };
  }

  /** Who gets all of it at once sees it in the order of the bus, and no effect before its cause. */
  function ordered({ got }) {
    for (const name of ['first', 'second']) {
      const first = got[name].filter(({ topic, n }, i) => got[name].findIndex((each) => each.topic === topic && each.n === n) === i);
      const causes = first.filter(({ topic }) => topic === 'in.cause').map(({ n }) => n), effects = first.filter(({ topic }) => topic === 'in.effect').map(({ n }) => n);
      assert.deepEqual(causes, [...causes].sort((a, b) => a - b), `${name}: causes`);
      assert.deepEqual(effects, [...effects].sort((a, b) => a - b), `${name}: effects`);
      for (const n of effects) assert.isBelow(first.findIndex((each) => each.topic === 'in.cause' && each.n === n), first.findIndex((each) => each.topic === 'in.effect' && each.n === n), `${name}: effect ${n}`);
    }
  }

  let total = 0;
  test('what waits for Go is one run: nobody sees an effect before its cause, and all of it is handled once', async () => {
    const run = await play({});
    ordered(run);
    const { got, crossings } = run;
    [total] = crossings;
    const causes = [0, 1, 2, 3, 4, 5].map((n) => ({ topic: 'in.cause', n }));
    const effects = causes.map(({ n }) => ({ topic: 'in.effect', n }));
    for (const name of ['first', 'second']) assert.deepEqual(got[name], [...causes.slice(0, 4), ...effects.slice(0, 4), causes[4], effects[4], causes[5], effects[5]]);
    assert.lengthOf(got.member, 12);
    assert.lengthOf(run.failures, 0);
  });

  test('an instance of Go that dies at any step of the hand-over leaves the rest to the next one, and every event is accounted for', async () => {
    const quiet = globalThis.LOUD ? () => {} : silence();
    try {
      for (const at of steps(total)) {
        for (const behind of [false, true]) {
          try {
            ordered(await play({ 0: { at, behind } }));
          } catch (error) {
            error.message = `killed ${behind ? 'behind' : 'before'} crossing ${at}: ${error.message}`;
            throw error;
          }
        }
      }
    } finally {
      quiet();
    }
  });

  test('so does one that dies as it takes over from one that died', async () => {
    const quiet = globalThis.LOUD ? () => {} : silence();
    try {
      for (const at of steps(total)) {
        const first = 1 + (at * 7) % total;
        try {
          ordered(await play({ 0: { at: first, behind: at % 2 === 0 }, 1: { at, behind: at % 3 === 0 } }));
        } catch (error) {
          error.message = `killed at crossing ${first}, then ${at}: ${error.message}`;
          throw error;
        }
      }
    } finally {
      quiet();
    }
  });

  /** A program whose topics keep what both sides publish, in instances of Go that die as `fatal` says. What is kept at its end. */
  async function keep(fatal) {
    let kept, told;
    const published = [];
    const crossings = await dying(fatal, async () => {
      const bus = create({ wasm: component, onError() {} }); // an event that Go died of is one
      told = { own: [], 'order.done': [] };
      bus.observe({ retained: (topic, event) => { told[topic].push(event.data.id); } });
      for (const topic of Object.keys(told)) bus.topic(topic, { history: 5 });
      const publish = (id) => {
        published.push(id);
        bus.publish('own', { id });
        bus.publish('order.placed', { id, items: 0 });
      };
      for (let n = 0; n < 3; n++) publish(`early ${n}`);
      await bus.ready.catch(() => {});
      for (let n = 0; n < 3; n++) publish(`then ${n}`);
      // The instances that are to die do so at the latest of these.
      const deaths = Object.keys(fatal).length;
      await until(() => {
        if (bus.stats().restarts < deaths || bus.stats().memory === 0) publish(`more ${published.length}`);
        return bus.stats().restarts === deaths && bus.stats().memory > 0;
      });
      publish('last');
      await until(() => told['order.done'].at(-1) === 'last');
      const replay = (pattern) => {
        const log = [];
        bus.subscribe(pattern, ({ id }, { topic }) => { log.push([topic, id]); }, { replay: 'all' })();
        return log;
      };
      kept = { own: replay('own'), 'order.done': replay('order.done'), all: replay('>') };
    });
    return { kept, told, published, crossings };
  }

  test('D6 what topics keep of either side outlives an instance of Go that dies at any step, in its order', async () => {
    const quiet = globalThis.LOUD ? () => {} : silence();
    const look = (at, { kept, told, published }) => {
      assert.deepEqual(told.own, published, at);
      for (const [topic, ids] of Object.entries(told)) assert.deepEqual(kept[topic], ids.slice(-5).map((id) => [topic, id]), `${at}: ${topic}`);
      for (const topic of Object.keys(told)) assert.deepEqual(kept.all.filter(([of]) => of === topic), kept[topic], `${at}: all`);
    };
    try {
      const run = await keep({});
      look('no death', run);
      assert.deepEqual(run.told['order.done'], run.published);
      for (const at of steps(run.crossings[0])) {
        for (const behind of [false, true]) look(`killed ${behind ? 'behind' : 'before'} crossing ${at}`, await keep({ 0: { at, behind } }));
        look(`killed at crossing ${at}, and again`, await keep({ 0: { at }, 1: { at: 1 + (at * 7) % run.crossings[0] } }));
      }
    } finally {
      quiet();
    }
  });

  test('a publish on a topic that keeps something makes no call into Go', async () => {
    await dying({}, async (crossings) => {
      const bus = create({ wasm: component }), got = [];
      await bus.ready;
      for (const [name, options] of Object.entries({ last: { retain: true }, count: { history: 3 }, age: { history: { age: 1000 } }, bytes: { history: { bytes: 1000 } } })) {
        const topic = `kept.${name}`;
        bus.topic(topic, options);
        bus.subscribe(topic, (data) => { got.push(data); }, { replay: 'all' });
        bus.publish(topic, 0); // its route is compiled
        const [before] = crossings;
        for (let i = 1; i < 10; i++) bus.publish(topic, i);
        assert.equal(bus.topic(topic).value, 9);
        assert.equal(crossings[0], before, topic);
      }
      assert.lengthOf(got, 40);
    });
  });
}
