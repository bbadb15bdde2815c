import type { Ring } from '../recordings/land.js';
import type { Palette } from './palette.js';
import type { Projection } from './projection.js';

const STEP = 30;

/** Draws what stands still on the map: sea, graticule, land. */
export function drawBackdrop(context: CanvasRenderingContext2D, projection: Projection, land: readonly Ring[], palette: Palette): void {
  const left = projection.x(-180), right = projection.x(180), top = projection.y(90), bottom = projection.y(-90);
  context.fillStyle = palette.sea;
  context.fillRect(left, top, right - left, bottom - top);

  context.beginPath();
  for (const ring of land) {
    context.moveTo(projection.x(ring[0]!), projection.y(ring[1]!));
    for (let i = 2; i < ring.length; i += 2) context.lineTo(projection.x(ring[i]!), projection.y(ring[i + 1]!));
    context.closePath();
  }
  context.fillStyle = palette.land;
  context.fill();
  context.strokeStyle = palette.coast;
  context.lineWidth = 0.6;
  context.stroke();

  context.beginPath();
  for (let longitude = -180; longitude <= 180; longitude += STEP) {
    context.moveTo(projection.x(longitude), top);
    context.lineTo(projection.x(longitude), bottom);
  }
  for (let latitude = -90; latitude <= 90; latitude += STEP) {
    context.moveTo(left, projection.y(latitude));
    context.lineTo(right, projection.y(latitude));
  }
  context.strokeStyle = palette.line;
  context.lineWidth = 0.5;
  context.stroke();
}
