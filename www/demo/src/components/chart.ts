import type { Bus } from 'trolleybus';
import type { Board, Clock, Magnitude, Punctuality } from '../board/topics.js';
import { byId } from '../view/element.js';
import { FIRST_MIDNIGHT, recordedDay } from '../view/format.js';
import { perFrame } from '../view/frame.js';
import { readPalette } from '../view/palette.js';
import { Surface } from '../view/surface.js';

const HOUR = 3_600_000;
const BIN = 2 * HOUR;
/** From the axis outwards. */
const QUAKES: readonly Magnitude[] = ['micro', 'minor', 'light', 'moderate', 'strong'];
const FLIGHTS: readonly Punctuality[] = ['ontime', 'early', 'late'];
const LABELS = 18;

type Counts = Record<Magnitude | Punctuality, number>;

/** The week as it fills: quakes above the axis, departures below, in steps of two hours. A click goes to that time. */
export function chart(bus: Bus<Board>): void {
  let clock: Clock = { at: 0, length: 7 * 24 * HOUR, speed: 1, playing: false };
  let bins: Counts[] = [];
  /** When the events came, so that going back takes exactly those away. */
  let events: { at: number; kind: keyof Counts }[] = [];
  let hours = 24;
  let palette = readPalette();

  const binOf = (at: number): Counts => bins[Math.floor(at / BIN)] ??= { micro: 0, minor: 0, light: 0, moderate: 0, strong: 0, early: 0, ontime: 0, late: 0 };
  const add = (at: number, kind: keyof Counts): void => {
    events.push({ at, kind });
    binOf(at)[kind]++;
    if (at > clock.at) clock = { ...clock, at }; // between two ticks
    redraw();
  };
  const sum = (bin: Counts | undefined, kinds: readonly (keyof Counts)[]): number => bin === undefined ? 0 : kinds.reduce((n, kind) => n + bin[kind], 0);

  const draw = (): void => {
    const context = surface.clear();
    if (context === undefined) return;
    const { width, height } = surface;
    const x = (at: number): number => at / clock.length * width;
    const plot = height - LABELS;
    const axis = Math.round(plot / 2);
    // Shared by both halves and never shrinking within a week, so that bars grow and do not jump.
    const most = Math.max(20, ...bins.map((bin) => Math.max(sum(bin, QUAKES), sum(bin, FLIGHTS))));
    const unit = (axis - 6) / most;

    context.fillStyle = palette.window;
    const from = Math.max(0, clock.at - hours * HOUR);
    context.fillRect(x(from), 0, x(clock.at) - x(from), plot);

    const step = x(BIN), bar = Math.max(1, step - 1.5);
    const stack = (bin: Counts, left: number, kinds: readonly (keyof Counts)[], direction: 1 | -1): void => {
      let y = axis + direction;
      for (const kind of kinds) {
        const size = bin[kind] * unit;
        context.fillStyle = palette[kind];
        context.fillRect(left, direction < 0 ? y - size : y, bar, size);
        y += direction * size;
      }
    };
    bins.forEach((bin, i) => {
      stack(bin, i * step, QUAKES, -1);
      stack(bin, i * step, FLIGHTS, 1);
    });

    context.fillStyle = palette.muted;
    context.font = `11px ${getComputedStyle(surface.canvas).fontFamily}`;
    context.textBaseline = 'alphabetic';
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    const day = x(24 * HOUR);
    for (let at = FIRST_MIDNIGHT; at < clock.length; at += 24 * HOUR) {
      const left = Math.round(x(at)) + 0.5;
      line(context, left, 0, left, plot);
      const name = recordedDay(at);
      if (left + 28 < width) context.fillText(day > 80 ? name : name.slice(0, 3), left + 4, height - 4);
    }
    line(context, 0, axis + 0.5, width, axis + 0.5);
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.5;
    line(context, x(clock.at), 0, x(clock.at), plot);
  };
  const surface = new Surface(byId<HTMLCanvasElement>('chart'), draw);
  const redraw = perFrame(draw);

  bus.subscribe('quake.*.*', (quake) => add(quake.at, quake.class), { name: 'chart' });
  bus.subscribe('flight.>', (flight) => add(flight.at, flight.status), { name: 'chart' });
  bus.subscribe('replay.clock', (now) => {
    clock = now;
    redraw();
  }, { name: 'chart' });
  bus.subscribe('replay.rewound', ({ at }) => {
    const kept = events.filter((event) => event.at <= at);
    clock = { ...clock, at };
    events = [];
    bins = [];
    for (const event of kept) add(event.at, event.kind);
    redraw();
  }, { name: 'chart' });
  bus.subscribe('board.window', (wanted) => {
    hours = wanted.hours;
    redraw();
  }, { name: 'chart' });
  bus.subscribe('ui.theme', () => {
    palette = readPalette();
    redraw();
  }, { name: 'chart' });

  bus.bridge(surface.canvas, { from: { click: { topic: 'replay.seek', payload: ({ offsetX }: MouseEvent) => ({ at: offsetX / surface.width * clock.length }) } } });
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
