import type { Bus, Stats } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { count } from '../view/format.js';
import { readPalette } from '../view/palette.js';
import { Surface } from '../view/surface.js';

const SECONDS = 60;

/** Throughput of the bus by its own count, and the last minute of it as a line. */
export function meter(bus: Bus<Board>): void {
  const rate = byId('throughput');
  const rates: number[] = [];
  let palette = readPalette();
  let before: { stats: Stats; time: number } | undefined;
  const surface = new Surface(byId<HTMLCanvasElement>('throughput-line'), () => draw());

  const draw = (): void => {
    const context = surface.clear();
    if (context === undefined || rates.length < 2) return;
    const { width, height } = surface;
    const top = Math.max(10, ...rates);
    const x = (i: number): number => width - (rates.length - 1 - i) * width / (SECONDS - 1);
    const y = (n: number): number => height - 1 - n / top * (height - 4);
    context.beginPath();
    rates.forEach((n, i) => context.lineTo(x(i), y(n)));
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(width, height);
    context.lineTo(x(0), height);
    context.globalAlpha = 0.12;
    context.fillStyle = palette.accent;
    context.fill();
    context.globalAlpha = 1;
  };

  const measure = (): void => {
    const stats = bus.stats(), time = performance.now();
    if (before !== undefined) {
      const perSecond = (stats.published - before.stats.published) / (time - before.time) * 1000;
      rates.push(perSecond);
      if (rates.length > SECONDS) rates.shift();
      write(rate, count(perSecond));
    }
    before = { stats, time };
    for (const name of ['published', 'delivered', 'failed', 'topics', 'subscriptions', 'routes', 'restarts'] as const) {
      write(byId(`stat-${name}`), count(stats[name]));
    }
    write(byId('stat-memory'), stats.memory === 0 ? '–' : `${(stats.memory / 2 ** 20).toFixed(1)} MiB`);
    draw();
  };
  setInterval(measure, 1000);

  bus.subscribe('ui.theme', () => {
    palette = readPalette();
    draw();
  }, { name: 'meter' });
}
