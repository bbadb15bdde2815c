import { texts } from '../../../../bus/options.json';
import { OptionError } from '../../core/errors.js';
import type { Extensions } from '../../core/event-fields.js';
import { namesIn } from '../../core/names.js';
import { utf8Length, wrongText } from '../../core/text.js';
import { isExtension } from './formats.js';

const MAX_BYTES = texts.extensions;

export const isInteger = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;

/** A frozen copy, each member read once; undefined for none. */
export function extensionsOf(given: object | undefined): Extensions | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new OptionError('publish option extensions', '{ [name]: string, boolean or integer }', given);
  const all: Record<string, string | number | boolean> = {};
  let bytes = 0;
  for (const name of namesIn(given)) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (!isExtension(name)) throw new OptionError('publish option extensions', 'names of a to z and 0 to 9 that are not those of other attributes', name);
    if (typeof value !== 'string' && typeof value !== 'boolean' && !isInteger(value)) throw new OptionError(`publish option extensions.${name}`, 'a string, a boolean or an integer of 32 bits', value);
    const wrong = typeof value === 'string' && value !== '' && wrongText(value, MAX_BYTES);
    if (wrong) throw new OptionError(`publish option extensions.${name}`, wrong, value);
    bytes += utf8Length(name) + (typeof value === 'string' ? utf8Length(value) : 0);
    if (bytes > MAX_BYTES) throw new OptionError('publish option extensions', `at most ${MAX_BYTES} bytes in all`, given);
    all[name] = value === 0 ? 0 : value; // not -0
  }
  return Object.keys(all).length > 0 ? Object.freeze(all) : undefined;
}
