import type { MapView, Place } from '../board/topics.js';

/** The part of the world that has to be seen, and the parallel along which distances are true. */
const VIEWS: Readonly<Record<MapView, { west: number; east: number; south: number; north: number; parallel: number }>> = {
  world: { west: -184, east: 184, south: -62, north: 80, parallel: 25 },
  america: { west: -166, east: -60, south: 13, north: 66, parallel: 45 },
};

const RADIANS = Math.PI / 180;

/** The equirectangular projection, fitted into a canvas. */
export class Projection {
  private readonly scaleX: number;
  private readonly scaleY: number;
  private readonly left: number;
  private readonly top: number;
  /** How big signs are to be: a small map has no room for big ones. */
  readonly signs: number;

  constructor(view: MapView, width: number, height: number) {
    const { west, east, south, north, parallel } = VIEWS[view];
    const shrink = Math.cos(parallel * RADIANS);
    this.scaleY = Math.min(width / ((east - west) * shrink), height / (north - south));
    this.scaleX = this.scaleY * shrink;
    this.signs = Math.min(1, Math.max(0.55, width / 800));
    this.left = width / 2 - (west + east) / 2 * this.scaleX;
    this.top = height / 2 + (south + north) / 2 * this.scaleY;
  }

  x(longitude: number): number { return this.left + longitude * this.scaleX; }
  y(latitude: number): number { return this.top - latitude * this.scaleY; }

  /** The place under a point of the canvas, or null beside the world. */
  place(x: number, y: number): Place | null {
    const longitude = (x - this.left) / this.scaleX, latitude = (this.top - y) / this.scaleY;
    return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? { longitude, latitude } : null;
  }
}
