import { call } from '../dom/nodes.js';
import { wrong } from './report.js';

type Format = (value: any) => string;

const formats = new Map<string, Format>();

/**
 * Data as text: nothing for null and undefined, JSON for objects, or by `data-bus-format` in the language of the element:
 * `number`, `percent`, `currency EUR`, `minor EUR` (an amount in cents), `date`, `time`, `datetime`.
 */
export function textOf(value: unknown, format: string | null, element: Element): string {
  if (value === undefined || value === null) return '';
  if (format !== null) {
    const language = languageOf(element);
    const key = `${format}\n${language}`;
    let found = formats.get(key);
    if (found === undefined) formats.set(key, found = make(format, language));
    return found(value);
  }
  return typeof value === 'object' ? json(value) : String(value);
}

/** More of one object than anybody would read is no text for an element: shared data doubles with each level. */
const MOST_VALUES = 10_000, MOST_LEVELS = 1000;

function json(value: object): string {
  const levels = new Map<unknown, number>();
  let values = 0;
  return JSON.stringify(value, function (this: unknown, _key, inner: unknown) {
    const level = (levels.get(this) ?? 0) + 1;
    if (++values > MOST_VALUES || level > MOST_LEVELS) throw new RangeError('its data is too large or too deep to be shown as text; name a path within it');
    if (typeof inner === 'object') levels.set(inner, level);
    return inner;
  });
}

function languageOf(element: Element): string | undefined {
  const around = call(element, 'closest', '[lang]') as Element | null;
  return around === null ? undefined : call(around, 'getAttribute', 'lang') || undefined;
}

function make(format: string, language: string | undefined): Format {
  const [kind, currency] = format.trim().split(/\s+/);
  switch (kind) {
    case 'number': return number(language, {});
    case 'percent': return number(language, { style: 'percent' });
    case 'currency': return number(language, { style: 'currency', currency });
    case 'minor': {
      const { maximumFractionDigits = 0 } = new Intl.NumberFormat(language, { style: 'currency', currency }).resolvedOptions();
      return number(language, { style: 'currency', currency }, 10 ** maximumFractionDigits);
    }
    case 'date': return date(language, { dateStyle: 'medium' });
    case 'time': return date(language, { timeStyle: 'medium' });
    case 'datetime': return date(language, { dateStyle: 'medium', timeStyle: 'short' });
    default: throw wrong('number, percent, currency EUR, minor EUR, date, time or datetime', format);
  }
}

function number(language: string | undefined, options: Intl.NumberFormatOptions, parts = 1): Format {
  const { format } = new Intl.NumberFormat(language, options);
  return (value) => format(value / parts);
}

function date(language: string | undefined, options: Intl.DateTimeFormatOptions): Format {
  const { format } = new Intl.DateTimeFormat(language, options);
  return (value) => format(new Date(value));
}
