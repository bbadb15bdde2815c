import type { Flight, Quake } from '../board/topics.js';
import type { Palette } from './palette.js';
import type { Projection } from './projection.js';

/** Milliseconds that a ring takes to spread, and a flight to cross. */
const RING = 1400;
const ARC = 1800;
/** At high speed the oldest give way: more could not be told apart. */
const MAX_RINGS = 60;
const MAX_ARCS = 120;

/** What moves on the map for a moment: a ring where the ground shook, a line where an aeroplane left. */
export class Traces {
  private rings: { quake: Quake; since: number }[] = [];
  private arcs: { flight: Flight; since: number }[] = [];

  addQuake(quake: Quake): void {
    this.rings.push({ quake, since: performance.now() });
    if (this.rings.length > MAX_RINGS) this.rings.shift();
  }

  addFlight(flight: Flight): void {
    this.arcs.push({ flight, since: performance.now() });
    if (this.arcs.length > MAX_ARCS) this.arcs.shift();
  }

  /** Draws them and says whether any is left for the next frame. */
  draw(context: CanvasRenderingContext2D, projection: Projection, palette: Palette, now: number): boolean {
    this.rings = this.rings.filter(({ since }) => now - since < RING);
    this.arcs = this.arcs.filter(({ since }) => now - since < ARC);
    for (const { flight, since } of this.arcs) drawArc(context, projection, palette, flight, Math.max(0, now - since) / ARC);
    for (const { quake, since } of this.rings) drawRing(context, projection, palette, quake, Math.max(0, now - since) / RING);
    context.globalAlpha = 1;
    return this.rings.length + this.arcs.length > 0;
  }
}

/** Radius of a quake in CSS pixels on a map of full size. */
export function radiusOf(magnitude: number): number {
  return 1.3 + 0.55 * Math.max(0, magnitude) ** 1.55;
}

function drawRing(context: CanvasRenderingContext2D, projection: Projection, palette: Palette, { longitude, latitude, magnitude, class: kind }: Quake, part: number): void {
  const spread = 1 - (1 - part) ** 3;
  context.globalAlpha = (1 - part) * 0.9;
  context.strokeStyle = palette[kind];
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(projection.x(longitude), projection.y(latitude), (radiusOf(magnitude) * (1 + 2.2 * spread) + 3 * spread) * projection.signs, 0, 2 * Math.PI);
  context.stroke();
}

function drawArc(context: CanvasRenderingContext2D, projection: Projection, palette: Palette, { from, to, status }: Flight, part: number): void {
  if (from === null || to === null) return;
  const x0 = projection.x(from.longitude), y0 = projection.y(from.latitude);
  const x1 = projection.x(to.longitude), y1 = projection.y(to.latitude);
  // Bent upwards, as great circles of the northern hemisphere are on this projection.
  const x = (x0 + x1) / 2, y = (y0 + y1) / 2 - Math.hypot(x1 - x0, y1 - y0) * 0.16;
  const head = Math.min(1, part * 1.6);
  context.strokeStyle = context.fillStyle = palette[status];
  context.globalAlpha = Math.min(1, 2.4 * (1 - part)) * 0.65;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x0, y0);
  // The first `head` of a quadratic curve is one too (de Casteljau).
  const ax = x0 + (x - x0) * head, ay = y0 + (y - y0) * head;
  const bx = x + (x1 - x) * head, by = y + (y1 - y) * head;
  const hx = ax + (bx - ax) * head, hy = ay + (by - ay) * head;
  context.quadraticCurveTo(ax, ay, hx, hy);
  context.stroke();
  context.beginPath();
  context.arc(hx, hy, 1.6, 0, 2 * Math.PI);
  context.fill();
}
