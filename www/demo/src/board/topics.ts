import type { Flight as CountedFlight, Moment, Quake as CountedQuake, Topics as GoTopics } from './go-topics.js';

export type { Kind as SummaryKind, Summary } from './go-topics.js';

/** The topics of the board and their data: all that its components know of each other. Go declares its own. */
export type Board =
  & GoTopics
  & { [T in `quake.${Region}.${Magnitude}`]: Quake }
  & { [T in `flight.${string}.${Punctuality}`]: Flight }
  & {
    /** All of what Go sees a part of. */
    'replay.clock': Clock;
    /** The visitor wants another state; what is left out stays. */
    'replay.set': { playing?: boolean; speed?: number };
    /** The visitor wants another time, in milliseconds of the recording. */
    'replay.seek': { at: number };
    /** What is being replayed, once it has been loaded. */
    'replay.loaded': { quakes: number; flights: number };
    'replay.failed': { reason: string };
    'board.filter': { pattern: string };
    'board.nearest': { quake: Quake | null };
    'map.view': { view: MapView };
    'map.pointer': Place | null;
    'note.posted': { text: string };
    'ui.click': { on: string };
    'ui.input': { field: string; value: string };
    'ui.pointer': { x: number; y: number };
    'ui.theme': { dark: boolean };
    'demo.fault': null;
    'demo.go.panic': null;
    'demo.go.crash': null;
  };

export type Region = 'alaska' | 'california' | 'nevada' | 'northwest' | 'mountain' | 'hawaii' | 'caribbean' | 'latin-america' | 'asia-pacific' | 'elsewhere';
/** The usual words for magnitudes: under 2, 4, 5, 6, and from 6 on. */
export type Magnitude = 'micro' | 'minor' | 'light' | 'moderate' | 'strong';
/** Departed 15 minutes or more before the timetable, within 15 minutes of it, or later. */
export type Punctuality = 'early' | 'ontime' | 'late';
export type MapView = 'world' | 'america';

export interface Place { longitude: number; latitude: number }

export interface Quake extends CountedQuake, Place {
  id: string;
  place: string;
  region: Region;
  class: Magnitude;
  /** Kilometres. */
  depth: number;
}

/** Its region is the origin's, as the census divides the United States. */
export interface Flight extends CountedFlight {
  origin: string;
  destination: string;
  status: Punctuality;
  /** Miles. */
  distance: number;
  from: Place | null;
  to: Place | null;
}

export interface Clock extends Moment {
  length: number;
  /** Recorded seconds in a second. */
  speed: number;
  playing: boolean;
}
