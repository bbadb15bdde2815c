/** The hashes that Subresource Integrity knows, in base64 of the length that each has, with options behind `?`. */
export const HASH = /^sha(256-[\w+/-]{43}=|384-[\w+/-]{64}|512-[\w+/-]{86}==)(?:\?[!-~]*)?$/;

export const hashesOf = (integrity: string): string[] => integrity.split(/[\t\n\f\r ]+/).filter((hash) => hash !== '');

/**
 * Whether this is one or more hashes, separated by white space. Browsers pass over what they cannot read, so that a slip
 * of the pen would turn the check off: here each has to be right.
 */
export function isIntegrity(integrity: string): boolean {
  const hashes = hashesOf(integrity);
  return hashes.length > 0 && hashes.every((hash) => HASH.test(hash));
}

export const INTEGRITY = 'sha256-, sha384- or sha512- and the hash in base64, several separated by spaces';
