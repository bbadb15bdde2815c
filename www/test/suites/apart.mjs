import { VALUES } from '../values.mjs';
import { replaceReportError } from './contract.mjs';
import { some } from './effort.mjs';
import { silence } from './go.mjs';

/** The facades, the test kit and `jsonSchema`, which are files apart, check each argument and option as a bus does its own. */
export function apart(test, assert, { create, table, mitt, events: { EventEmitter }, trolleybus, jsonSchema, kit }) {
  const { createTestBus, expectEvents, random, record, replay, roots, shuffle, virtualClock, ExpectationError } = kit;
  const bus = () => create({ start: 'demand' });
  const recorded = () => [{ topic: 'a', data: 1, seq: 1, id: '1', time: 1, source: 's', correlationId: '1' }];

  /** Good arguments, and the row of the table that the last one's members are of. What an emitter is told of a bus it believes when it is used. */
  const CALLS = {
    'mitt': { call: mitt, good: () => [new Map(), { bus: bus() }], row: 'emitter' },
    'new EventEmitter': { call: (options) => new EventEmitter(options), good: () => [{ bus: bus() }], row: 'emitter' },
    'createTestBus': { call: createTestBus, good: () => [{}], row: 'createBus' },
    'virtualClock': { call: virtualClock, good: () => [{}], row: 'virtualClock' },
    'after': { call: (...args) => virtualClock().after(...args), good: () => [1, () => {}] },
    'advance': { call: (ms) => virtualClock().advance(ms), good: () => [1] },
    'advanceAsync': { call: (ms) => virtualClock().advanceAsync(ms), good: () => [1] },
    'jump': { call: (ms) => virtualClock().jump(ms), good: () => [1] },
    'random': { call: random, good: () => [1] },
    'shuffle': { call: shuffle, good: () => [1] },
    'shuffle().handler': { call: (handle) => shuffle(1).handler(handle), good: () => [() => {}] },
    'record': { call: record, good: () => [bus(), '>'] },
    'roots': { call: roots, good: () => [recorded()] },
    'replay': { call: replay, good: () => [bus(), recorded(), {}], row: 'replay' },
    'replay of': { call: (event) => replay(bus(), [event], { clock: virtualClock() }), good: () => recorded(), row: 'publish' },
    'expectEvents': { call: expectEvents, good: () => [recorded(), ['a']] },
    'expectEvents of': { call: (event) => expectEvents([event], ['a']), good: () => recorded() },
    'expectEvents one': { call: (one) => expectEvents(recorded(), [one]), good: () => [{}], row: 'expected event' },
    'jsonSchema': { call: jsonSchema, good: () => [true, {}], row: 'jsonSchema' },
  };

  /** What a function or matcher of the caller's threw, and what is as it should not be, are no mistakes of the call. */
  const fits = (error, where) => {
    try {
      if (error.code === 'TB_OPTION' || error.code === 'TB_TOPIC') return error.name === (error.code === 'TB_TOPIC' ? 'TopicError' : 'OptionError') && !/cannot be shown/.test(error.message);
    } catch { /* a proxy */ }
    // An emitter's own option is Node's, which reads it as it is.
    return error instanceof ExpectationError || /^(expectEvents one|new EventEmitter)/.test(where) && /hostile|revoked|class constructor/i.test(error.message);
  };

  const judged = async (wrong, where, call) => {
    try {
      const result = await call();
      if (typeof result?.close === 'function') await result.close();
      if (typeof result?.stop === 'function') result.stop();
    } catch (error) {
      if (!fits(error, where)) wrong.push(`${where}: ${error?.stack ?? error}`);
    }
  };

  for (const [name, { call, good, row }] of Object.entries(CALLS)) {
    test(`${name} takes or refuses each kind of argument and option with a typed error`, async () => {
      const wrong = [], ends = [silence(), replaceReportError(() => {})];
      await call(...good());
      for (const [what, make] of some(Object.entries(VALUES))) {
        for (let i = 0; i < good().length; i++) await judged(wrong, `${name}(${i}: ${what})`, () => call(...good().with(i, make())));
        for (const option of row === undefined ? [] : Object.keys(table[row])) {
          const [first, ...others] = good().reverse();
          await judged(wrong, `${name} option ${option}: ${what}`, () => call(...others.reverse(), { ...first, [option]: make() }));
        }
      }
      ends.forEach((end) => end());
      assert.deepEqual(wrong, []);
    });
  }

  test('what is refused apart says who refuses it, what was expected and what it got', async () => {
    const b = bus(), fake = { subscribe() {}, publish() {}, topic() {} }, event = recorded()[0];
    for (const [take, words] of [
      [() => mitt([]), 'mitt all: expected a Map, got an array'],
      [() => mitt(undefined, { bus: fake }), 'mitt option bus: expected a Bus, got an object'],
      [() => mitt(undefined, { topik: 'a' }), 'mitt option topik: expected one of bus, topic, got "topik"'],
      [() => new EventEmitter({ topic: 7 }), 'events option topic: expected a string, got 7'],
      [() => new EventEmitter({ get topic() { throw new Error('mine'); } }), 'events option topic: cannot be read: mine'],
      [() => createTestBus({ clock: { now() {}, date() {}, after() {} } }), 'createTestBus option clock: expected a VirtualClock, got an object'],
      [() => createTestBus({ clok: 1 }), /^createTestBus option clok: expected one of wasm, .*, got "clok"$/],
      [() => virtualClock({ date: new Date(NaN) }), 'virtualClock option date: expected milliseconds since the epoch, at most 292 years or a Date, got an object'],
      [() => virtualClock().after(1, null), 'after function: expected a function, got null'],
      [() => virtualClock().after('1', () => {}), 'after milliseconds: expected a number, got "1"'],
      [() => virtualClock().advance(-1), 'advance: expected milliseconds: a number from 0, got -1'],
      [() => virtualClock().advanceAsync(Infinity), 'advance: expected milliseconds: a number from 0, got Infinity'],
      [() => virtualClock().jump('1'), /^jump: expected milliseconds: a number from -\d+ to \d+, got "1"$/],
      [() => random(1.5), /^seed: expected an integer from -\d+ to \d+, got 1.5$/],
      [() => shuffle(undefined), /^seed: expected an integer .*, got undefined$/],
      [() => shuffle(1).handler({ handleEvent() {} }), 'shuffle handler: expected a function, got an object'],
      [() => record(fake), 'record bus: expected a Bus, got an object'],
      [() => record(b, null), 'pattern null: is not a string (at position 0)'],
      [() => roots([event, null]), 'recording: expected a Recording or an array of recorded events, got an array'],
      [() => roots({ events: 1 }), 'recording: expected a Recording or an array of recorded events, got an object'],
      [() => replay(b, [{ ...event, time: '1' }], { clock: virtualClock() }), 'time of recorded event a: expected a number, got "1"'],
      [() => replay(b, [], { clok: 1 }), 'replay option clok: expected one of clock, got "clok"'],
      [() => replay(b, [{ ...event, topic: 'a..b' }]), 'topic "a..b": has an empty token (at position 2)'],
      [() => expectEvents([event], {}), 'expected events: expected an array, got an object'],
      [() => expectEvents([event], [7]), 'expected event 0 options: expected an object, got 7'],
      [() => expectEvents([event], ['a', { topik: 'a' }]), /^expected event 1 option topik: expected one of topic, .*, got "topik"$/],
      [() => expectEvents([event], ['a b']), 'pattern "a b": has white space (at position 1)'],
      [() => expectEvents([event], [{ causedBy: 7 }]), 'pattern 7: is not a string (at position 0)'],
      [() => jsonSchema(null), 'jsonSchema schema: expected a JSON Schema, got null'],
      [() => jsonSchema({}, { draft: '5' }), "jsonSchema option draft: expected '4' or '7' or '2019-09' or '2020-12', got \"5\""],
      [() => jsonSchema({}, { draf: '7' }), 'jsonSchema option draf: expected one of draft, got "draf"'],
    ]) {
      let error;
      try {
        await take();
      } catch (thrown) {
        error = thrown;
      }
      assert.instanceOf(error, trolleybus.TrolleybusError, String(words));
      if (typeof words === 'string') assert.equal(error.message, words);
      else assert.match(error.message, words);
    }
  });

  test('options of emitters are read once, inherited ones too', () => {
    const made = bus(), reads = [];
    const options = Object.create({ get bus() { reads.push('bus'); return made; }, get topic() { reads.push('topic'); return 'cart'; } });
    for (const [name, make] of Object.entries({ mitt: () => mitt(undefined, options), events: () => new EventEmitter(Object.assign(Object.create(options), { captureRejections: true, own: 1 })) })) {
      const got = [], emitter = make(), off = made.subscribe('cart.added', (data) => { got.push(data); });
      emitter.on('added', () => {});
      emitter.emit('added', 1);
      emitter.emit('added', 2);
      off();
      assert.lengthOf(got, 2, name);
      assert.deepEqual(reads.splice(0).sort(), ['bus', 'topic'], name);
      (emitter.removeAllListeners ?? (() => emitter.all.clear())).call(emitter);
    }
  });
}
