import { times } from './effort.mjs';

// A full stack may cut any call short. Whatever that was, the next publish from an empty stack reaches exactly those
// who are subscribed: whose `subscribe` returned, and who have not been told to end.
export function stack(test, assert, make) {
  const DEPTHS = 1000;
  const down = (n, run) => n === 0 ? run() : down(n - 1, run);
  /** What engines call it: V8 RangeError, Firefox InternalError. */
  const overflow = (() => {
    try {
      return down(1e9, () => {});
    } catch (error) {
      return error.name;
    }
  })();
  /** How deep `down` can go. */
  const deepest = () => {
    let least = 0, most = 100_000;
    while (most - least > 1) {
      const middle = (least + most) >> 1;
      try {
        down(middle, () => {});
        least = middle;
      } catch {
        most = middle;
      }
    }
    return least;
  };
  const SHORT = 20; // depths at which even the shortest call overflows somewhere
  /** The last depths: in a page some of them, others each time, and all of the very last. */
  const depths = () => {
    const step = DEPTHS / times(DEPTHS), first = Math.floor(Math.random() * step);
    return Array.from({ length: DEPTHS }, (_, i) => i).filter((i) => i % step === first || i >= DEPTHS - SHORT);
  };
  /** Runs what `prepare` returns at these depths of the stack: at how many, and how often it overflows there. */
  const everyDepth = (prepare, check) => {
    let end = 0, cut = 0, tried = 0;
    for (const i of depths()) {
      const run = prepare(i);
      if (tried++ % times(100) === 0 || i >= DEPTHS - SHORT && i % 5 === 0) end = deepest(); // the engine compiles `down` anew, and its frames shrink
      try {
        down(end - DEPTHS + i, run);
      } catch (error) {
        // What could not be read since the stack was full is that call's error, with the overflow as its cause.
        if (error.name !== overflow && error.cause?.name !== overflow) throw error;
        cut++;
      }
      check(i);
    }
    return { cut, tried };
  };

  const programs = {
    'the first publish behind a subscribe on a known topic': (bus, subscribe, i) => {
      const { add } = subscribe('known');
      return { above: add, at: () => bus.publish('known', i) };
    },
    'a subscribe': (_bus, subscribe) => {
      const { add } = subscribe('known');
      return { at: add };
    },
    'a subscribe by a wildcard, and a publish': (bus, subscribe, i) => {
      const { add } = subscribe('*');
      return { at: () => { add(); bus.publish('known', i); } };
    },
    'the end of a subscription': (_bus, subscribe) => {
      const { add, end } = subscribe('known');
      return { above: add, at: end };
    },
    'the end of a subscription by a wildcard, and a publish': (bus, subscribe, i) => {
      const { add, end } = subscribe('>');
      return { above: add, at: () => { end(); bus.publish('known', i); } };
    },
    'a subscription with once and a signal': (bus, subscribe, i) => {
      const { add } = subscribe('known', { signal: new AbortController().signal, filter: () => true });
      return { at: () => { add(); bus.publish('known', i); } };
    },
    'a publish that an observer sees': (bus, subscribe, i) => {
      const stop = bus.observe({ accepted: () => {}, delivering: () => {}, delivered: () => {} });
      const { add } = subscribe('known');
      return { above: add, at: () => bus.publish('known', i), after: stop };
    },
    'a publish within a handler': (bus, subscribe, i) => {
      const off = bus.subscribe('outer', () => bus.publish('known', i));
      const { add } = subscribe('known');
      return { above: add, at: () => bus.publish('outer'), after: off };
    },
  };
  /** Others that are called with each event: what adds one to a bus, which returns what ends that. */
  const others = {
    'a listener of the target': (bus, see) => {
      const listener = ({ detail }) => see(detail);
      bus.target.addEventListener('known', listener);
      return () => bus.target.removeEventListener('known', listener);
    },
    'an observer': (bus, see) => bus.observe({ accepted: ({ data }) => see(data) }),
    'an interceptor': (bus, see) => bus.use((event, next) => {
      see(event.data);
      next();
    }),
    'a bridge': (bus, see) => {
      const element = new EventTarget();
      element.addEventListener('known', ({ detail }) => see(detail));
      return bus.bridge(element, { from: { known: 'other' }, to: { known: true } });
    },
  };
  test('a full stack leaves whoever else has begun and has not ended, and nobody more', async () => {
    for (const [name, begin] of Object.entries(others)) {
      const bus = await make({ onError: () => {} });
      let all = 0;
      for (const ending of [false, true]) {
        let calls = 0, end;
        const see = (data) => { if (data === 'check') calls++; };
        const checked = () => {
          calls = 0;
          bus.publish('known', 'check');
          return calls;
        };
        const { cut, tried } = everyDepth(() => {
          end = ending ? begin(bus, see) : undefined;
          return () => {
            if (ending) end();
            else end = begin(bus, see);
          };
        }, (i) => {
          if (ending) end(); // it may have to be said again
          assert.equal(checked(), ending || end === undefined ? 0 : 1, `${name}, at depth ${i}`);
          end?.();
          const again = begin(bus, see);
          assert.equal(checked(), 1, `${name}: the next one, at depth ${i}`);
          again();
          assert.equal(checked(), 0, `${name}: none any more, at depth ${i}`);
        });
        assert.isBelow(cut, tried);
        all += cut;
      }
      assert.isAbove(all, 0, `${name}: no call was cut short`);
      assert.deepEqual(bus.subscriptions(), []);
    }
  });

  test('a full stack leaves exactly those who are subscribed', async () => {
    for (const [name, program] of Object.entries(programs)) {
      const bus = await make({ onError: () => {} });
      const all = [{ pattern: 'known', live: true }, { pattern: '*', live: true }];
      for (const it of all) bus.subscribe(it.pattern, (data) => { if (data === 'check') it.calls++; });
      bus.publish('known', 'check');
      let step;
      const subscribe = (pattern, options) => {
        const it = { live: false, calls: 0, off: undefined, pattern };
        all.push(it);
        // Fields alone are set behind a call: another one might be cut short as well.
        return {
          add: () => {
            it.off = bus.subscribe(pattern, (data) => { if (data === 'check') it.calls++; }, options);
            it.live = true;
          },
          end: () => {
            it.ending = true;
            it.off();
          },
        };
      };
      const { cut, tried } = everyDepth((i) => {
        step = program(bus, subscribe, i);
        step.above?.();
        return () => step.at();
      }, (i) => {
        for (const it of all) {
          it.calls = 0;
          if (it.ending) { // it may have to be said again
            it.off();
            it.live = it.ending = false;
          }
        }
        bus.publish('known', 'check');
        for (const { live, calls, pattern } of all) assert.equal(calls, live ? 1 : 0, `${name}: ${pattern} at depth ${i}`);
        step.after?.();
        for (const it of all.splice(2)) it.off?.();
      });
      assert.isAbove(cut, 0, `${name}: no call was cut short`);
      assert.isBelow(cut, tried);
      assert.deepEqual(bus.subscriptions().map(({ pattern }) => pattern), ['known', '*'], name);
    }
  });
}
