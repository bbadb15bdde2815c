import type { Place } from '../board/topics.js';

export interface Airport extends Place { region: string }

/** Reads `iata,name,city,state,country,latitude,longitude`. Only names are ever quoted, so the fields that matter are counted from both ends. */
export function airportsOf(csv: string): Map<string, Airport> {
  const airports = new Map<string, Airport>();
  for (const line of csv.split('\n').slice(1)) {
    const fields = line.trim().split(',');
    if (fields.length < 7) continue;
    airports.set(fields[0]!, { region: regionOf(fields.at(-4)!), latitude: Number(fields.at(-2)), longitude: Number(fields.at(-1)) });
  }
  return airports;
}

const REGIONS: Readonly<Record<string, string>> = {
  northeast: 'CT ME MA NH RI VT NJ NY PA',
  midwest: 'IL IN MI OH WI IA KS MN MO NE ND SD',
  south: 'DE DC FL GA MD NC SC VA WV AL KY MS TN AR LA OK TX',
  west: 'AZ CO ID MT NV NM UT WY CA OR WA',
  outlying: 'AK HI PR VI GU',
};

function regionOf(state: string): string {
  for (const [region, states] of Object.entries(REGIONS)) if (states.includes(state)) return region;
  return 'elsewhere';
}
