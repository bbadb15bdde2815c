const HOUR = 3_600_000;

/** The recording: the week from 31 January to 7 February, of 2018 for quakes (UTC), of 2001 for flights (local time of departure). Both 31 January are Wednesdays. */
export const LENGTH = 7 * 24 * HOUR;
const BEGIN = 'T01:30:00Z';
export const QUAKES_BEGIN = Date.parse(`2018-01-31${BEGIN}`);
export const FLIGHTS_BEGIN = Date.parse(`2001-01-31${BEGIN}`);
