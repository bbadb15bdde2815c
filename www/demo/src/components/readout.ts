import type { Bus } from 'trolleybus';
import type { Board, MapView, Place, Quake } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { magnitude, position, recordedDay, recordedTime } from '../view/format.js';
import { perFrame } from '../view/frame.js';

/** Says in words what is under the pointer, and switches the part of the world that the map shows. */
export function readout(bus: Bus<Board>): void {
  const text = byId('map-readout');
  const idle = text.textContent ?? '';
  let place: Place | null = null;
  let quake: Quake | null = null;
  const show = perFrame(() => {
    if (quake !== null) write(text, `${magnitude(quake.magnitude)}, ${quake.place}, ${quake.depth.toFixed(0)} km deep, ${recordedDay(quake.at)} ${recordedTime(quake.at)}`);
    else write(text, place === null ? idle : position(place.longitude, place.latitude));
  });
  bus.subscribe('map.pointer', (at) => {
    place = at;
    show();
  }, { name: 'readout' });
  bus.subscribe('board.nearest', (nearest) => {
    quake = nearest.quake;
    show();
  }, { name: 'readout' });

  const views = byId<HTMLFieldSetElement>('map-views');
  bus.bridge(views, { from: { change: { topic: 'map.view', payload: ({ target }: Event) => ({ view: (target as HTMLInputElement).value as MapView }) } } });
}
