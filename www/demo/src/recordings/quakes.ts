import type { Magnitude, Quake, Region } from '../board/topics.js';
import { LENGTH, QUAKES_BEGIN } from './time.js';

/** The part of the USGS feed that is read: https://earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php */
interface Feed {
  features: {
    id: string;
    properties: { mag: number | null; place: string; time: number };
    geometry: { coordinates: [longitude: number, latitude: number, depth: number] };
  }[];
}

export function quakesOf(feed: Feed): Quake[] {
  const quakes: Quake[] = [];
  for (const { id, properties: { mag, place, time }, geometry: { coordinates: [longitude, latitude, depth] } } of feed.features) {
    const at = time - QUAKES_BEGIN;
    if (mag === null || at < 0 || at >= LENGTH) continue;
    quakes.push({ at, id, place, region: regionOf(place, longitude, latitude), class: classOf(mag), magnitude: mag, depth, longitude, latitude });
  }
  return quakes;
}

function classOf(magnitude: number): Magnitude {
  if (magnitude < 2) return 'micro';
  if (magnitude < 4) return 'minor';
  if (magnitude < 5) return 'light';
  if (magnitude < 6) return 'moderate';
  return 'strong';
}

const STATES: Readonly<Record<string, Region>> = {
  CA: 'california', California: 'california', Alaska: 'alaska', 'Gulf of Alaska': 'alaska', Nevada: 'nevada', Hawaii: 'hawaii',
  Washington: 'northwest', Oregon: 'northwest', Montana: 'mountain', Utah: 'mountain', Idaho: 'mountain', Wyoming: 'mountain',
  Colorado: 'mountain', 'New Mexico': 'mountain', 'Puerto Rico': 'caribbean', 'Dominican Republic': 'caribbean',
};

// Places outside of the United States are told by where they are, since the feed names some 60 countries and seas.
function regionOf(place: string, longitude: number, latitude: number): Region {
  const state = place.slice(place.lastIndexOf(', ') + 1).trim();
  if (Object.hasOwn(STATES, state)) return STATES[state]!;
  if (longitude > -86 && longitude < -58 && latitude > 15 && latitude < 24) return 'caribbean';
  if (longitude > -120 && longitude < -34 && latitude < 33) return 'latin-america';
  if (longitude > 60 || longitude < -150) return 'asia-pacific';
  return 'elsewhere';
}
