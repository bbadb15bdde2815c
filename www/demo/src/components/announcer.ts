import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId } from '../view/element.js';

/** Screen readers get one sentence in this many milliseconds at most: the latest. */
const PAUSE = 8000;

/** Tells screen readers what matters, politely: strong quakes, failures, restarts, and that the replay stands or goes. */
export function announcer(bus: Bus<Board>): void {
  const region = byId('announcements');
  let waiting: string | undefined;
  let timer: number | undefined;
  let playing: boolean | undefined;

  const speak = (): void => {
    timer = undefined;
    if (waiting === undefined) return;
    region.textContent = waiting;
    waiting = undefined;
    timer = window.setTimeout(speak, PAUSE);
  };
  const say = (text: string): void => {
    waiting = text;
    if (timer === undefined) speak();
  };

  bus.subscribe('quake.*.strong', ({ magnitude, place }) => say(`Magnitude ${magnitude.toFixed(1)}, ${place}`), { name: 'announcer' });
  bus.subscribe('$bus.error', ({ topic }) => say(`A handler of ${topic} failed`), { name: 'announcer' });
  bus.subscribe('$bus.restarted', () => say('The Go component has started again'), { name: 'announcer' });
  bus.subscribe('replay.clock', (clock) => {
    if (playing !== undefined && playing !== clock.playing) say(clock.playing ? 'The replay goes on' : 'The replay is paused');
    playing = clock.playing;
  }, { name: 'announcer' });
}
