/** The topics of the board and their data: all that its components know of each other. */
export type Board =
  & { [T in `quake.${Region}.${Magnitude}`]: Quake }
  & { [T in `flight.${string}.${Punctuality}`]: Flight }
  & { [T in `board.summary.${SummaryKind}.${string}`]: Summary }
  & {
    /** How far the replay is: four times a second, and whenever its state changes. */
    'replay.clock': Clock;
    /** The visitor wants another state; what is left out stays. */
    'replay.set': { playing?: boolean; speed?: number };
    /** The visitor wants another time, in milliseconds of the recording. */
    'replay.seek': { at: number };
    /** The replay went back: what came later has not happened yet. */
    'replay.rewound': { at: number };
    /** What is being replayed, once it has been loaded. */
    'replay.loaded': { quakes: number; flights: number };
    'replay.failed': { reason: string };
    /** A component that came late asks for what it missed. */
    'board.backlog.wanted': null;
    'board.backlog': { quakes: readonly Quake[]; flights: readonly Flight[] };
    /** How many hours of the recording summaries and the map look back. */
    'board.window': { hours: number };
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
export type SummaryKind = 'quake' | 'flight';
export type MapView = 'world' | 'america';

export interface Place { longitude: number; latitude: number }

export interface Quake extends Place {
  /** Milliseconds since the recording began. */
  at: number;
  id: string;
  place: string;
  region: Region;
  class: Magnitude;
  magnitude: number;
  /** Kilometres. */
  depth: number;
}

export interface Flight {
  /** Milliseconds since the recording began. */
  at: number;
  origin: string;
  destination: string;
  /** Region of the origin, as the census divides the United States. */
  region: string;
  status: Punctuality;
  /** Minutes; negative is early. */
  delay: number;
  /** Miles. */
  distance: number;
  from: Place | null;
  to: Place | null;
}

export interface Clock {
  /** Milliseconds since the recording began. */
  at: number;
  length: number;
  /** Recorded seconds in a second. */
  speed: number;
  playing: boolean;
}

/** What Go found in the window: of magnitudes, or of delays in minutes. */
export interface Summary {
  kind: SummaryKind;
  region: string;
  count: number;
  mean: number;
  median: number;
  p95: number;
  max: number;
}
