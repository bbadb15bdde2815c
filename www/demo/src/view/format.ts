const HOUR = 3_600_000;
// The recording begins on Wednesday, 31 January, 01:30.
const BEGIN = Date.UTC(2018, 0, 31, 1, 30);

const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const second = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const whole = new Intl.NumberFormat('en-GB');

/** `Wed 31 Jan` of a time of the recording. */
export const recordedDay = (at: number): string => day.format(BEGIN + at).replace(',', '');
/** `14:05` of a time of the recording. */
export const recordedTime = (at: number): string => time.format(BEGIN + at);
/** Milliseconds from the recording's begin to its first midnight. */
export const FIRST_MIDNIGHT = 24 * HOUR - BEGIN % (24 * HOUR);
/** `14:05:09` on the visitor's clock. */
export const wallTime = (ms: number): string => second.format(ms);
export const count = (n: number): string => whole.format(Math.round(n));
/** `latin-america` as `Latin America`. */
export const words = (token: string): string => token.split('-').map((word) => word === 'and' ? word : word[0]!.toUpperCase() + word.slice(1)).join(' ');
/** `38.2° N 122.4° W`. */
export const position = (longitude: number, latitude: number): string =>
  `${Math.abs(latitude).toFixed(1)}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude).toFixed(1)}° ${longitude < 0 ? 'W' : 'E'}`;
/** `late 42 min`, `on time`. */
export const delay = (minutes: number): string => minutes >= 15 ? `${minutes} min late` : minutes <= -15 ? `${-minutes} min early` : 'on time';
/** `M 4.5`; some of the smallest are negative. */
export const magnitude = (m: number): string => `M ${m.toFixed(1).replace('-', '−')}`;
