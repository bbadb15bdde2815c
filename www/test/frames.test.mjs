// A subscription or a bridge by the frame, in each kind of place that has frames or has none.
import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import { createBus } from '../../dist/trolleybus.js';

const never = () => 1;

class Page extends EventTarget {
  visibilityState = 'visible';
  hide() {
    this.visibilityState = 'hidden';
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** The globals of a place, and what happens there once an event waits for a frame. */
const places = {
  'without frames': {},
  'a worker, which has no document': { requestAnimationFrame: (run) => setTimeout(run) },
  'a worker of a hidden page, whose frames never come': { requestAnimationFrame: never },
  'a worker that belongs to no page': { requestAnimationFrame() { throw new DOMException('not supported', 'NotSupportedError'); } },
  'a page': { document: new Page(), requestAnimationFrame: (run) => setTimeout(run) },
  'a test whose frames come at once': { document: new Page(), requestAnimationFrame: (run) => (run(0), 1) },
  'a page that is not displayed': { document: new Page(), requestAnimationFrame: never },
  'a page that is hidden': { document: Object.assign(new Page(), { visibilityState: 'hidden' }), requestAnimationFrame: never },
  'a page that is hidden before it paints': { document: new Page(), requestAnimationFrame: never, then: ({ document }) => document.hide() },
};

const made = [];
const NAMES = ['document', 'requestAnimationFrame', 'cancelAnimationFrame'];

afterEach(async () => {
  await Promise.all(made.splice(0).map((bus) => bus.close()));
  for (const name of NAMES) delete globalThis[name];
});

function be(place) {
  const { then = () => {}, ...globals } = place;
  Object.assign(globalThis, { cancelAnimationFrame: clearTimeout, ...globals });
  return () => then(place);
}

for (const [name, place] of Object.entries(places)) {
  describe(name, () => {
    test('frame passes on the last event', async () => {
      const bus = createBus();
      made.push(bus);
      await bus.ready;
      const then = be(place);
      for (const round of [1, 2]) {
        const { promise, resolve } = withResolvers();
        const off = bus.subscribe('moved', resolve, { frame: true });
        for (const x of [1, 2, 3]) bus.publish('moved', { x, round });
        then();
        assert.deepEqual(await promise, { x: 3, round });
        off();
      }
      assert.equal(bus.stats().failed, 0);
    });

    test("coalesce: 'frame' of a bridge passes on the last event", async () => {
      const bus = createBus({ start: 'demand' });
      made.push(bus);
      const then = be(place);
      const target = new EventTarget();
      let heard;
      bus.subscribe('moved', (x) => heard(x));
      bus.bridge(target, { from: { move: { topic: 'moved', coalesce: 'frame' } } });
      for (const round of [0, 10]) {
        const { promise, resolve } = withResolvers();
        heard = (x) => x === round + 3 && resolve(x);
        for (const x of [1, 2, 3]) target.dispatchEvent(new CustomEvent('move', { detail: round + x }));
        then();
        await promise;
      }
      assert.equal(bus.stats().failed, 0);
    });
  });
}

test('a frame that came is not made up for, and its last event comes once', async () => {
  const bus = createBus({ start: 'demand' });
  made.push(bus);
  let paint;
  const document = new Page();
  be({ document, requestAnimationFrame: (run) => (paint = run, 1), cancelAnimationFrame() {} });
  const target = new EventTarget();
  const got = [];
  bus.subscribe('moved', (x) => got.push(x));
  const end = bus.bridge(target, { from: { move: { topic: 'moved', coalesce: 'frame' } } });
  const move = (detail) => target.dispatchEvent(new CustomEvent('move', { detail }));
  move(1);
  move(2);
  assert.deepEqual(got, []);
  paint();
  assert.deepEqual(got, [2]);
  paint();
  document.hide();
  assert.deepEqual(got, [2]);
  document.visibilityState = 'visible';
  move(3);
  end();
  paint();
  document.hide();
  assert.deepEqual(got, [2], 'a bridge that has ended passes on nothing');
});

test('the frames and timers of a clock may come at once', async () => {
  const clock = { now: () => performance.now(), date: () => Date.now(), after: (_ms, run) => (run(), () => {}), frame: (run) => void run() };
  const bus = createBus({ clock });
  made.push(bus);
  await bus.ready;
  const { promise, resolve } = withResolvers();
  bus.subscribe('moved', resolve, { frame: true });
  bus.publish('moved', 1);
  assert.equal(await promise, 1);
  assert.equal(bus.stats().failed, 0);
});

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => made.resolve = resolve);
  return made;
}
