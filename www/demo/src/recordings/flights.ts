import type { Flight, Punctuality } from '../board/topics.js';
import type { Airport } from './airports.js';
import { FLIGHTS_BEGIN, LENGTH } from './time.js';

interface Row { date: string; delay: number; distance: number; origin: string; destination: string }

export function flightsOf(rows: readonly Row[], airports: ReadonlyMap<string, Airport>): Flight[] {
  const flights: Flight[] = [];
  for (const { date, delay, distance, origin, destination } of rows) {
    // `2001/01/31 06:55`; read as UTC, as the recording has no zones.
    const at = Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`) - FLIGHTS_BEGIN;
    if (!(at >= 0 && at < LENGTH)) continue;
    const from = airports.get(origin), to = airports.get(destination);
    flights.push({ at, origin, destination, region: from?.region ?? 'elsewhere', status: statusOf(delay), delay, distance, from: placeOf(from), to: placeOf(to) });
  }
  return flights;
}

function statusOf(delay: number): Punctuality {
  return delay >= 15 ? 'late' : delay <= -15 ? 'early' : 'ontime';
}

function placeOf(airport: Airport | undefined): Flight['from'] {
  return airport === undefined ? null : { longitude: airport.longitude, latitude: airport.latitude };
}
