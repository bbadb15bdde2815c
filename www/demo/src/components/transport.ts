import type { Bus } from 'trolleybus';
import type { Board, Clock } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { recordedDay, recordedTime } from '../view/format.js';

/** Pause, speed and the recording's clock. */
export function transport(bus: Bus<Board>): void {
  const pause = byId<HTMLButtonElement>('pause');
  const pauseText = byId('pause-text');
  const speed = byId<HTMLSelectElement>('speed');
  const day = byId('clock-day');
  const time = byId('clock-time');
  const seek = byId<HTMLInputElement>('seek');
  let clock: Clock | undefined;
  let seeking = false;

  bus.bridge(pause, { from: { click: { topic: 'replay.set', payload: () => ({ playing: !(clock?.playing ?? true) }) } } });
  bus.bridge(speed, { from: { change: { topic: 'replay.set', payload: () => ({ speed: Number(speed.value) }) } } });
  bus.bridge(seek, { from: { input: { topic: 'replay.seek', coalesce: 'frame', payload: () => ({ at: Number(seek.value) * 60_000 }) } } });
  seek.addEventListener('pointerdown', () => { seeking = true; });
  for (const end of ['pointerup', 'pointercancel', 'blur']) seek.addEventListener(end, () => { seeking = false; });

  bus.subscribe('replay.clock', (now) => {
    clock = now;
    write(day, recordedDay(now.at));
    write(time, recordedTime(now.at));
    write(pauseText, now.playing ? 'Pause' : 'Play');
    pause.dataset.playing = String(now.playing);
    if (speed.value !== String(now.speed)) speed.value = String(now.speed);
    if (!seeking) seek.value = String(Math.round(now.at / 60_000));
    seek.setAttribute('aria-valuetext', `${recordedDay(now.at)}, ${recordedTime(now.at)}`);
  }, { name: 'transport' });
  bus.subscribe('replay.failed', ({ reason }) => write(day, `The recording could not be loaded: ${reason}`), { name: 'transport' });
}
