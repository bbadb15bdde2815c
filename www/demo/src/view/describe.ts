import type { Flight, Quake, Summary } from '../board/topics.js';
import { count, delay, magnitude as magnitudeOf, words } from './format.js';

export interface Description {
  /** Names the colour: a class of quakes, a status of flights, or `other`. */
  kind: string;
  title: string;
}

/** One line about an event, whatever it is. */
export function describe(topic: string, data: unknown): Description {
  if (topic.startsWith('quake.')) {
    const { magnitude, place, class: kind } = data as Quake;
    return { kind, title: `${magnitudeOf(magnitude)}, ${place}` };
  }
  if (topic.startsWith('flight.')) {
    const { origin, destination, status, delay: minutes } = data as Flight;
    return { kind: status, title: `${origin} to ${destination}, ${delay(minutes)}` };
  }
  if (topic.startsWith('board.summary.')) {
    const { region, count: n, mean, p95 } = data as Summary;
    return { kind: 'go', title: `${words(region)}: ${count(n)} events, mean ${mean.toFixed(1)}, p95 ${p95.toFixed(1)}` };
  }
  if (topic === 'note.posted') return { kind: 'visitor', title: (data as { text: string }).text };
  return { kind: topic.startsWith('ui.') || topic.startsWith('map.') ? 'visitor' : 'other', title: brief(data) };
}

/** A value in a few words: enough to recognise it in a list. */
function brief(value: unknown, depth = 0): string {
  if (Array.isArray(value)) return `${count(value.length)} items`;
  if (value instanceof Error) return value.message;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  if (typeof value !== 'object' || value === null) return value === undefined ? '' : String(value);
  if (depth > 0) return '{ … }';
  return Object.entries(value).slice(0, 4).map(([name, field]) => `${name} ${brief(field, depth + 1)}`).join(', ');
}
