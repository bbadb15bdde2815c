import { UnavailableError, show } from '../core/errors.js';
import { HASH, hashesOf } from '../core/integrity.js';

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
