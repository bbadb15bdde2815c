import type { Flight, Quake } from '../board/topics.js';
import { airportsOf } from './airports.js';
import { flightsOf } from './flights.js';
import { quakesOf } from './quakes.js';

/** One recorded event and the topic that it is replayed on. */
export type Recorded =
  | { topic: `quake.${Quake['region']}.${Quake['class']}`; data: Quake }
  | { topic: `flight.${string}.${Flight['status']}`; data: Flight };

/** Fetches both recordings and merges them by time. */
export async function loadRecording(): Promise<Recorded[]> {
  const [feed, rows, csv] = await Promise.all([
    fetched('data/earthquakes.json').then((response) => response.json()),
    fetched('data/flights-20k.json').then((response) => response.json()),
    fetched('data/airports.csv').then((response) => response.text()),
  ]);
  const quakes = quakesOf(feed).map((data) => ({ topic: `quake.${data.region}.${data.class}`, data }) as const);
  const flights = flightsOf(rows, airportsOf(csv)).map((data) => ({ topic: `flight.${data.origin}.${data.status}`, data }) as const);
  return [...quakes, ...flights].sort((a, b) => a.data.at - b.data.at);
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response;
}
