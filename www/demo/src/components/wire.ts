import type { Bus } from 'trolleybus';
import type { Board, Clock, Magnitude, Punctuality } from '../board/topics.js';
import { byId } from '../view/element.js';
import { perFrame, stillness } from '../view/frame.js';
import { readPalette } from '../view/palette.js';
import { Surface } from '../view/surface.js';

/** Milliseconds that a spark takes along the wire. */
const TRAVEL = 2600;
const MAX_SPARKS = 160;
const SPAN = 260;
const SAG = 5;
const WIRES = [10, 17] as const;

interface Spark { since: number; wire: 0 | 1; size: number; kind: Magnitude | Punctuality }

/** The overhead line: each event runs along it as a spark, quakes on the upper wire, and the trolleybus is as far as the week. */
export function wire(bus: Bus<Board>): void {
  let palette = readPalette();
  let sparks: Spark[] = [];
  let clock: Clock = { at: 0, length: 1, speed: 0, playing: false };
  let ticked = 0;

  const draw = (now: number): void => {
    const context = surface.clear();
    if (context === undefined) return;
    const { width } = surface;
    const spans = Math.max(1, Math.round(width / SPAN));
    const height = (x: number, wire: 0 | 1): number => {
      const part = x / width * spans % 1;
      return WIRES[wire] + SAG * 4 * part * (1 - part);
    };
    context.strokeStyle = palette.muted;
    context.lineWidth = 1;
    for (const wire of [0, 1] as const) {
      context.beginPath();
      for (let x = 0; x <= width; x += 4) context.lineTo(x, height(x, wire));
      context.stroke();
    }
    context.fillStyle = palette.muted;
    for (let i = 0; i <= spans; i++) context.fillRect(Math.min(width - 2, Math.max(0, i / spans * width - 1)), WIRES[0] - 5, 2, WIRES[1] - WIRES[0] + 10);

    sparks = sparks.filter(({ since }) => now - since < TRAVEL);
    for (const { since, wire, size, kind } of sparks) {
      const x = Math.max(0, now - since) / TRAVEL * width;
      context.fillStyle = palette[kind];
      context.beginPath();
      context.arc(x, height(x, wire), size, 0, 2 * Math.PI);
      context.fill();
    }
    // Goes on between two ticks, so that it drives and does not jump.
    const at = Math.min(clock.length, clock.at + (clock.playing ? Math.max(0, now - ticked) * clock.speed : 0));
    drawBus(context, 20 + at / clock.length * (width - 78), height);
    if (sparks.length > 0) redraw();
  };

  const drawBus = (context: CanvasRenderingContext2D, x: number, height: (x: number, wire: 0 | 1) => number): void => {
    const top = 38;
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.2;
    for (const wire of [0, 1] as const) {
      const foot = x + 26 + 5 * wire, head = x - 8 + 5 * wire;
      context.beginPath();
      context.moveTo(foot, top);
      context.lineTo(Math.max(0, head), height(Math.max(0, head), wire));
      context.stroke();
    }
    context.fillStyle = palette.accent;
    context.beginPath();
    context.roundRect(x, top, 46, 17, [4, 7, 2, 2]);
    context.fill();
    context.fillStyle = palette.panel;
    for (let i = 0; i < 4; i++) context.fillRect(x + 4 + i * 8, top + 4, 6, 5);
    context.fillRect(x + 37, top + 4, 6, 6);
    context.fillStyle = palette.ink;
    for (const wheel of [10, 36]) {
      context.beginPath();
      context.arc(x + wheel, top + 17, 3.2, 0, 2 * Math.PI);
      context.fill();
    }
  };

  const surface = new Surface(byId<HTMLCanvasElement>('wire'), () => draw(performance.now()));
  const redraw = perFrame(draw);
  const run = (wire: 0 | 1, size: number, kind: Spark['kind']): void => {
    if (stillness() || document.hidden) return;
    sparks.push({ since: performance.now(), wire, size, kind });
    if (sparks.length > MAX_SPARKS) sparks.shift();
    redraw();
  };

  bus.subscribe('quake.*.*', ({ magnitude, class: kind }) => run(0, 1.6 + Math.max(0, magnitude) * 0.5, kind), { name: 'wire' });
  bus.subscribe('flight.>', ({ status }) => run(1, 2, status), { name: 'wire' });
  bus.subscribe('replay.clock', (now) => {
    clock = now;
    ticked = performance.now();
    redraw();
  }, { name: 'wire' });
  bus.subscribe('ui.theme', () => {
    palette = readPalette();
    redraw();
  }, { name: 'wire' });
}
