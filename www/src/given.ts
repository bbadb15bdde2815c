import { OptionError } from 'trolleybus';

/** What each option may be: a test, and that in words. */
export type Kinds = Readonly<Record<string, readonly [test: (value: any) => boolean, words: string]>>;

/** Of the options of several functions. */
export const BUS: Kinds[string] = [(value) => typeof value?.subscribe === 'function' && typeof value.publish === 'function', 'a Bus'];
export const FUNCTION: Kinds[string] = [(value) => typeof value === 'function', 'a function'];
export const CLOCK: Kinds[string] = [(value) => typeof value?.after === 'function' && typeof value.advanceAsync === 'function', 'a VirtualClock'];

export function check(what: string, value: unknown, [test, words]: Kinds[string]): void {
  if (!test(value)) throw new OptionError(what, words, value);
}

/**
 * Checks the options of what is in a file of its own, such as a facade, as options.ts does those of a bus, whose table
 * would be more than most of these files. `others`: whether there may be more of them.
 */
export function checkOptions(of: string, options: object, kinds: Kinds, others = false): void {
  const names = (between: string): string => Object.keys(kinds).join(between);
  if (typeof options !== 'object' || options === null) throw new OptionError(`${of} options`, `{ ${names('?, ')}? }`, options);
  for (const name in options) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || !others && name in Object.prototype && !Object.hasOwn(options, name)) continue;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined ? !others : !kind[0](value)) throw new OptionError(`${of} option ${name}`, kind?.[1] ?? `one of ${names(', ')}`, kind === undefined ? name : value);
  }
}
