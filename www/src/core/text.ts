// By code points, of which two surrogates that belong together are one.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where a string has no UTF-8 form, in UTF-16 code units; -1: nowhere. */
export function loneSurrogate(text: string): number {
  return LONE_SURROGATE.exec(text)?.index ?? -1;
}

/** How many bytes a string takes as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) bytes += utf8Bytes(text.charCodeAt(i));
  return bytes;
}

/** Of a UTF-16 code unit: each half of a surrogate pair counts two of the pair's four. */
export function utf8Bytes(unit: number): number {
  return unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
}

/**
 * What a text has to be that must cross to Go and keep what it is: two that differ would be one there, if each had
 * U+FFFD in the place of what UTF-8 has not. Undefined: it is that.
 */
export function wrongText(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string' || value === '') return 'a string that is not empty';
  if (value.length * 3 > most && (value.length > most || utf8Length(value) > most)) return `a string of at most ${most} bytes`;
  return loneSurrogate(value) < 0 ? undefined : 'a string without lone surrogates';
}
