import { pageBus } from 'trolleybus';
import type { Inner } from './core/inner.js';
import { INNER } from './core/internal.js';

/** What a bus does with its arguments, for files that are apart from it: they check theirs by it. */
export const inner = (pageBus as unknown as Inner)[INNER];
