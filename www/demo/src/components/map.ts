import type { Bus } from 'trolleybus';
import { loadLand, type Ring } from '../recordings/land.js';
import type { Board, MapView, Place, Quake } from '../board/topics.js';
import { drawBackdrop } from '../view/backdrop.js';
import { byId } from '../view/element.js';
import { perFrame, stillness } from '../view/frame.js';
import { readPalette } from '../view/palette.js';
import { Projection } from '../view/projection.js';
import { Surface } from '../view/surface.js';
import { Traces, radiusOf } from '../view/traces.js';

const HOUR = 3_600_000;
/** CSS pixels from the pointer within which a quake counts as pointed at. */
const REACH = 14;

/** The map: the quakes of the window where they happened, and flights as they leave. */
export function map(bus: Bus<Board>): void {
  const canvas = byId<HTMLCanvasElement>('map');
  const traces = new Traces();
  const backdrop = document.createElement('canvas');
  let palette = readPalette();
  let land: readonly Ring[] = [];
  let quakes: Quake[] = [];
  let view: MapView = 'world';
  let projection = new Projection(view, 1, 1);
  let at = 0, hours = 24;
  let nearest: Quake | undefined;

  const draw = (now: number): void => {
    const context = surface.clear();
    if (context === undefined) return;
    context.drawImage(backdrop, 0, 0, surface.width, surface.height);
    for (const quake of quakes) {
      const age = (at - quake.at) / (hours * HOUR);
      if (age > 1) continue;
      context.globalAlpha = 0.85 - 0.6 * Math.max(0, age);
      context.fillStyle = palette[quake.class];
      context.beginPath();
      context.arc(projection.x(quake.longitude), projection.y(quake.latitude), radiusOf(quake.magnitude) * projection.signs, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
    if (nearest !== undefined) {
      context.strokeStyle = palette.ink;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(projection.x(nearest.longitude), projection.y(nearest.latitude), radiusOf(nearest.magnitude) * projection.signs + 3, 0, 2 * Math.PI);
      context.stroke();
    }
    if (traces.draw(context, projection, palette, now)) redraw();
  };
  const redraw = perFrame(draw);

  const prepare = (): void => {
    const { width, height, ratio } = surface;
    if (width === 0) return;
    projection = new Projection(view, width, height);
    backdrop.width = canvas.width;
    backdrop.height = canvas.height;
    const context = backdrop.getContext('2d')!;
    context.scale(ratio, ratio);
    drawBackdrop(context, projection, land, palette);
    draw(performance.now()); // at once: a canvas whose size changes is empty until then
  };
  const surface = new Surface(canvas, prepare);
  loadLand().then((rings) => {
    land = rings;
    prepare();
  }, (error: unknown) => reportError(error)); // quakes are shown without land

  bus.subscribe('quake.*.*', (quake) => {
    quakes.push(quake);
    if (!stillness()) traces.addQuake(quake);
    redraw();
  }, { name: 'map' });
  bus.subscribe('flight.>', (flight) => {
    if (stillness()) return;
    traces.addFlight(flight);
    redraw();
  }, { name: 'map' });
  bus.subscribe('replay.clock', (clock) => {
    at = clock.at;
    redraw();
  }, { name: 'map' });
  bus.subscribe('replay.rewound', (to) => {
    at = to.at;
    quakes = quakes.filter((quake) => quake.at <= at);
    redraw();
  }, { name: 'map' });
  bus.subscribe('board.window', (wanted) => {
    hours = wanted.hours;
    redraw();
  }, { name: 'map' });
  bus.subscribe('map.view', (wanted) => {
    view = wanted.view;
    prepare();
  }, { name: 'map' });
  bus.subscribe('ui.theme', () => {
    palette = readPalette();
    prepare();
  }, { name: 'map' });

  bus.bridge(canvas, {
    from: {
      pointermove: { topic: 'map.pointer', coalesce: 'frame', passive: true, payload: ({ offsetX, offsetY }: PointerEvent) => projection.place(offsetX, offsetY) },
      pointerleave: { topic: 'map.pointer', coalesce: 'frame', payload: () => null },
    },
  });
  const find = (place: Place): Quake | undefined => {
    let found: Quake | undefined, closest = REACH;
    for (const quake of quakes) {
      if (at - quake.at > hours * HOUR) continue;
      const distance = Math.hypot(projection.x(quake.longitude) - projection.x(place.longitude), projection.y(quake.latitude) - projection.y(place.latitude));
      if (distance < closest) [found, closest] = [quake, distance];
    }
    return found;
  };
  bus.subscribe('map.pointer', (place) => {
    const found = place === null ? undefined : find(place);
    if (found === nearest) return;
    nearest = found;
    bus.publish('board.nearest', { quake: nearest ?? null });
    redraw();
  }, { name: 'map' });
}
