import { Random } from '../random.mjs';
import { silence } from './go.mjs';

/** A list of dead letters as a page would keep it, made of what `$bus.letters` tells. */
function follow(bus) {
  const list = [], changes = [];
  bus.subscribe('$bus.letters', (change, event) => {
    changes.push(change);
    const at = list.findIndex(({ id }) => id === change.id);
    if (change.change === 'added') list.push(change);
    else if (at >= 0) list.splice(at, 1);
  });
  return { list, changes, ids: () => list.map(({ id }) => id) };
}

/** Publishes, redrives and discards at random, also from handlers, those of the changes among them. */
class Program {
  steps = [];
  broken = 0.8;
  ends = [];
  nested = 0;
  subscribers = 0;

  constructor(bus, seed) {
    this.bus = bus;
    this.random = new Random(seed);
    this.subscribe();
    bus.subscribe('$bus.letters', () => this.within(0.1));
  }

  subscribe() {
    const { random } = this;
    const name = random.chance(0.5) ? `s${this.subscribers++ % 3}` : undefined;
    this.ends.push(this.bus.subscribe(random.pick(['a.*', 'a.x', '>']), () => {
      this.within(0.2);
      if (random.chance(this.broken)) throw new Error('broken');
    }, { retry: exact(random.integer(1, 2)), ...name && { name }, ...random.chance(0.3) && { concurrency: 1 } }));
  }

  within(chance) {
    if (this.nested++ < 40 && this.random.chance(chance)) this.act();
  }

  step(clock) {
    const { random, ends } = this;
    if (random.chance(0.1)) this.subscribe();
    if (random.chance(0.1)) ends.splice(random.integer(0, ends.length - 1), 1)[0]?.();
    if (random.chance(0.1)) clock.advance(random.integer(0, 2000));
    this.nested = 0;
    this.act();
  }

  act() {
    const { bus, random, steps } = this;
    const some = random.pick([...bus.deadLetters().map(({ id }) => id), 'a.*', 'a.x', 'a.y', '>']);
    const [what, act] = random.pick([
      ['redrive', () => bus.redrive(some)], ['redrive at a rate', () => bus.redrive(some, { rate: random.pick([1, 50]) })],
      ['redrive to', () => bus.redrive(some, { to: random.pick(['a.x', 'elsewhere']) })], ['discard', () => bus.discard(some)],
      ['break', () => { this.broken = random.next(); }], ...Array(4).fill(['publish', () => bus.publish(random.pick(['a.x', 'a.y', 'b']))]),
    ]);
    steps.push(`${what} ${some}`);
    act();
  }
}

const exact = (attempts) => ({ attempts, backoff: { initial: 10, jitter: false } });

/** What is told of the dead letters (D7). `make` gives a bus with Go up, on the clock that it is given. */
export function letters(test, assert, make, { virtualClock }) {
  const start = async (options) => {
    const clock = virtualClock(), failures = [], bus = await make({ clock, onError: (failure) => failures.push(failure), ...options });
    return { bus, clock, failures };
  };
  const ids = (bus) => bus.deadLetters().map(({ id }) => id);

  test('D7 a letter that is redriven is none any more when redrive returns', async () => {
    const { bus, clock } = await start(), got = [];
    let broken = true;
    bus.subscribe('a', (data) => { if (broken) throw new Error('broken'); got.push(data); }, { retry: exact(1) });
    for (const n of [1, 2, 3, 4]) bus.publish('a', n);
    const [first, second] = ids(bus);
    broken = false;
    assert.equal(bus.redrive(first), 1);
    assert.lengthOf(bus.deadLetters(), 3);
    assert.notInclude(ids(bus), first);
    assert.equal(bus.redrive(first), 0, 'it is on its way');
    assert.equal(bus.redrive('a', { rate: 10 }), 3);
    assert.lengthOf(bus.deadLetters(), 2);
    assert.notInclude(ids(bus), second);
    await clock.advanceAsync(1000);
    assert.deepEqual([got, bus.deadLetters()], [[1, 2, 3, 4], []]);
  });

  test('D7 each change of the dead letters is told: what, which letter, of which topic and subscription', async () => {
    const { bus, clock } = await start(), { changes } = follow(bus);
    bus.subscribe('a.*', () => { throw new Error('always'); }, { retry: exact(1), name: 'billing' });
    bus.subscribe('a.x', () => { throw new Error('always'); }, { retry: exact(1) });
    bus.publish('a.x');
    const [one, two] = ids(bus);
    bus.redrive(one, { to: 'elsewhere' });
    bus.discard(two);
    await clock.advanceAsync(10);
    assert.deepEqual(changes, [
      { change: 'added', id: one, topic: 'a.x', subscription: 'billing' }, { change: 'added', id: two, topic: 'a.x', subscription: undefined },
      { change: 'redriven', id: one, topic: 'a.x', subscription: 'billing' }, { change: 'discarded', id: two, topic: 'a.x', subscription: undefined },
    ]);
  });

  test('D7 a list that is made of the changes is what deadLetters returns', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { bus, clock } = await start(), { ids: told } = follow(bus), program = new Program(bus, seed);
      for (let step = 0; step < 60; step++) {
        program.step(clock);
        assert.deepEqual(told(), ids(bus), `seed ${seed}: ${program.steps.slice(-12).join('; ')}`);
      }
      await clock.advanceAsync(60_000);
      assert.deepEqual(told(), ids(bus), `seed ${seed}`);
      await bus.close();
    }
  });

  test('D7 letters that make room are told', async () => {
    const { bus } = await start(), { changes, ids: told } = follow(bus);
    bus.subscribe('a', () => { throw new Error('always'); }, { retry: exact(1) });
    for (let i = 0; i < 1010; i++) bus.publish('a', i);
    assert.lengthOf(bus.deadLetters(), 1000);
    assert.deepEqual(told(), ids(bus));
    assert.equal(changes.filter(({ change }) => change === 'evicted').length, 10);
  });

  test('D7 a handler of the changes that fails makes no more of them', async () => {
    const { bus, clock, failures } = await start();
    for (const pattern of ['$bus.letters', '$bus.>']) {
      bus.subscribe(pattern, () => { throw new Error(pattern); }, { retry: exact(2) });
      bus.subscribe(pattern, () => { throw new Error(pattern); });
    }
    bus.subscribe('a', () => { throw new Error('always'); }, { retry: exact(1) });
    bus.publish('a');
    await clock.advanceAsync(60_000);
    assert.isBelow(failures.length, 100);
    assert.isEmpty(bus.deadLetters('$bus.letters'));
    assert.lengthOf(bus.deadLetters('a'), 1);
  });
}

/** The same where instances of Go die. */
export function lettersOutage(test, assert, { create, component, virtualClock }) {
  test('D7 the end of an instance of Go takes its dead letters out of the list, and its events get their attempts from the next one', async () => {
    const clock = virtualClock(), quiet = silence();
    try {
      const bus = create({ wasm: component, clock, onError() {} }), { changes, ids } = follow(bus);
      await bus.ready;
      let broken = true;
      const got = [], handler = (data) => { if (broken) throw new Error('broken'); got.push(data); };
      bus.subscribe('a', handler, { retry: exact(1), name: 'stays' });
      bus.subscribe('a', handler, { retry: exact(1), name: 'leaves' })();
      const off = bus.subscribe('a', handler, { retry: exact(1), name: 'leaves later' });
      bus.publish('a', 1);
      bus.publish('a', 2);
      off();
      bus.discard(ids()[0]);
      assert.deepEqual(ids(), bus.deadLetters().map(({ id }) => id));
      const before = ids();
      assert.lengthOf(before, 3);
      changes.length = 0;
      const restarted = new Promise((resolve) => bus.subscribe('$bus.restarted', resolve));
      bus.publish('crash');
      await restarted;
      await clock.advanceAsync(0);
      assert.deepEqual(changes.slice(0, 3).map(({ change, id, subscription }) => [change, id, subscription]).sort(), [
        ['evicted', before[0], 'leaves later'], ['evicted', before[2], 'leaves later'], ['redriven', before[1], 'stays'],
      ].sort());
      assert.deepEqual(ids(), bus.deadLetters().map(({ id }) => id));
      assert.lengthOf(ids(), 1, 'it has failed again');
      assert.notInclude(before, ids()[0], 'and is another letter');
      broken = false;
      bus.redrive('a');
      await clock.advanceAsync(1000);
      assert.deepEqual([got, ids(), bus.deadLetters()], [[2], [], []]);
    } finally {
      quiet();
    }
  });

  test('D7 a list that is made of the changes is what deadLetters returns, whenever instances of Go die', async () => {
    const quiet = silence();
    try {
      for (let seed = 1; seed <= 4; seed++) {
        const clock = virtualClock(), bus = create({ wasm: component, clock, onError() {} }), { ids } = follow(bus);
        await bus.ready;
        let up;
        bus.subscribe('$bus.restarted', () => up());
        const program = new Program(bus, seed);
        for (let life = 0; life < 3; life++) {
          for (let step = 0; step < 15; step++) program.step(clock);
          assert.deepEqual(ids(), bus.deadLetters().map(({ id }) => id), `seed ${seed}`);
          const restarted = new Promise((resolve) => { up = resolve; });
          bus.publish('crash');
          await restarted;
          await clock.advanceAsync(0);
          assert.deepEqual(ids(), bus.deadLetters().map(({ id }) => id), `seed ${seed}, life ${life}`);
        }
        await bus.close();
      }
    } finally {
      quiet();
    }
  });
}
