import { UnavailableError, show } from './errors.js';

/** The hashes that Subresource Integrity knows, in base64 of the length that each has, with options behind `?`. */
const HASH = /^sha(256-[\w+/-]{43}=|384-[\w+/-]{64}|512-[\w+/-]{86}==)(?:\?[!-~]*)?$/;

const hashesOf = (integrity: string): string[] => integrity.split(/[\t\n\f\r ]+/).filter((hash) => hash !== '');

/**
 * Whether this is one or more hashes, separated by white space. Browsers pass over what they cannot read, so that a slip
 * of the pen would turn the check off: here each has to be right.
 */
export function isIntegrity(integrity: string): boolean {
  const hashes = hashesOf(integrity);
  return hashes.length > 0 && hashes.every((hash) => HASH.test(hash));
}

export const INTEGRITY = 'sha256-, sha384- or sha512- and the hash in base64, several separated by spaces';

/** Checks bytes as fetch checks what it loads: of the hashes those of the strongest kind count, and one of them has to fit. */
export async function verify(bytes: BufferSource, integrity: string, where: string): Promise<void> {
  const hashes = hashesOf(integrity).map((hash) => HASH.exec(hash)![1]!);
  const strongest = hashes.map((hash) => hash.slice(0, 3)).sort().at(-1)!;
  const { subtle } = globalThis.crypto ?? {};
  if (subtle === undefined) {
    throw new UnavailableError('integrity', `${where} cannot be checked, since crypto.subtle is missing: browsers have it over https and on localhost only. Pass the URL as wasm, which fetch checks, or leave integrity out`);
  }
  const digest = btoa(String.fromCharCode(...new Uint8Array(await subtle.digest(`SHA-${strongest}`, bytes))));
  const fits = (hash: string): boolean => hash.startsWith(strongest) && hash.slice(4).replaceAll('-', '+').replaceAll('_', '/') === digest;
  if (!hashes.some(fits)) throw unfit(where, integrity);
}

export function unfit(where: string, integrity: string): UnavailableError {
  return new UnavailableError('integrity', `${where} does not match the integrity ${show(integrity)}; deploy the file that the hash is of, or pass the hash of this one`);
}
