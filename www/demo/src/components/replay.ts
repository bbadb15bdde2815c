import type { Bus } from 'trolleybus';
import { loadRecording, type Recorded } from '../recordings/load.js';
import { LENGTH } from '../recordings/time.js';
import type { Board, Flight, Quake } from '../board/topics.js';

/** Milliseconds of a frame that publishing may take; the recording's clock waits for the rest. */
const BUDGET = 7;
/** Milliseconds between two ticks of `replay.clock`. */
const TICK = 250;
/** Where the first round begins, so that the board has something to show: everything before is published at once. */
const HEAD_START = 22 * 3_600_000;
/** A frame that comes later than this, since the page was hidden or busy, doesn't make the recording jump. */
const LONGEST_FRAME = 100;

/** Publishes the recorded events by their time, at the speed that the visitor sets, and starts again at the end. */
export function replay(bus: Bus<Board>): void {
  let recording: readonly Recorded[] = [];
  let next = 0;
  let at = 0;
  let speed = 1800;
  let playing = true;
  let last = 0;
  let ticked = 0;

  const tick = (): void => {
    ticked = performance.now();
    bus.publish('replay.clock', { at, length: LENGTH, speed, playing });
  };

  /** Publishes what is due until `to`, as far as the budget goes. */
  const advance = (to: number, budget: number): void => {
    const deadline = performance.now() + budget;
    while (next < recording.length && recording[next]!.data.at <= to) {
      const { topic, data } = recording[next++]!;
      bus.publish(topic, data as Quake & Flight);
      if (performance.now() > deadline) {
        at = data.at;
        return;
      }
    }
    at = to;
  };

  const rewind = (to: number): void => {
    at = to;
    next = recording.findIndex(({ data }) => data.at > to);
    if (next < 0) next = recording.length;
    bus.publish('replay.rewound', { at });
  };

  const frame = (now: number): void => {
    const passed = Math.min(now - last, LONGEST_FRAME);
    last = now;
    if (playing) {
      if (at >= LENGTH) rewind(0);
      advance(Math.min(at + passed * speed, LENGTH), BUDGET);
      if (now - ticked >= TICK) tick();
    }
    requestAnimationFrame(frame);
  };

  bus.subscribe('replay.set', (wanted) => {
    playing = wanted.playing ?? playing;
    speed = wanted.speed ?? speed;
    tick();
  }, { name: 'replay' });

  bus.subscribe('replay.seek', ({ at: to }) => {
    const wanted = Math.min(Math.max(to, 0), LENGTH);
    if (wanted < at) rewind(wanted);
    else advance(wanted, Infinity);
    tick();
  }, { name: 'replay' });

  bus.subscribe('board.backlog.wanted', () => {
    const quakes: Quake[] = [], flights: Flight[] = [];
    for (const { data } of recording.slice(0, next)) {
      if ('magnitude' in data) quakes.push(data);
      else flights.push(data);
    }
    bus.publish('board.backlog', { quakes, flights });
  }, { name: 'replay' });

  // A component that has just come up learns the time at once, also while the replay stands.
  bus.subscribe('$bus.restarted', tick, { name: 'replay' });
  bus.ready.then(tick, () => {}); // go-state shows why it is not

  loadRecording().then((loaded) => {
    recording = loaded;
    const quakes = loaded.filter(({ data }) => 'magnitude' in data).length;
    bus.publish('replay.loaded', { quakes, flights: loaded.length - quakes });
    advance(HEAD_START, Infinity);
    tick();
    last = performance.now();
    requestAnimationFrame(frame);
  }, (error: unknown) => bus.publish('replay.failed', { reason: error instanceof Error ? error.message : String(error) }));
}
