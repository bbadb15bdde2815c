import { OptionError } from './errors.js';
import { isExtension } from './formats.js';
import { isWellFormed } from './payload.js';

/** CloudEvents attributes that an event has no place of its own for, by name. Numbers are integers of 32 bits. */
export type Extensions = Readonly<Record<string, string | number | boolean>>;

export const isInteger = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;

/** A frozen copy, each member read once; undefined for none. */
export function extensionsOf(given: object | undefined): Extensions | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new OptionError('publish option extensions', '{ [name]: string, boolean or integer }', given);
  const all: Record<string, string | number | boolean> = {};
  for (const name of Object.keys(given)) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (!isExtension(name)) throw new OptionError('publish option extensions', 'names of a to z and 0 to 9 that are not those of other attributes', name);
    if (typeof value !== 'string' && typeof value !== 'boolean' && !isInteger(value)) throw new OptionError(`publish option extensions.${name}`, 'a string, a boolean or an integer of 32 bits', value);
    if (typeof value === 'string' && !isWellFormed(value)) throw new OptionError(`publish option extensions.${name}`, 'a string without lone surrogates', value);
    all[name] = value === 0 ? 0 : value; // not -0
  }
  return Object.keys(all).length > 0 ? Object.freeze(all) : undefined;
}
