import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const www = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(www);
/** The npm package. */
export const dist = join(root, 'dist');
/** Everything else that is made. */
export const build = join(root, 'build');
