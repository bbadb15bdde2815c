import type { Bus } from 'trolleybus';
import type { Board, Quake } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { magnitude as magnitudeOf, recordedDay, recordedTime } from '../view/format.js';

/** The strip for strong quakes. It knows only the DOM: the bridge dispatches each as a CustomEvent on it. */
export function alert(bus: Bus<Board>): void {
  const strip = byId('alert');
  bus.bridge(strip, { to: { 'quake.*.strong': 'strong-quake' } });
  strip.addEventListener('strong-quake', (event) => {
    const { magnitude, place, depth, at } = (event as CustomEvent<Quake>).detail;
    write(strip, `${magnitudeOf(magnitude)}, ${place}, ${depth.toFixed(0)} km deep. ${recordedDay(at)}, ${recordedTime(at)} UTC`);
  });
}
