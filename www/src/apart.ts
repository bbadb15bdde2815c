import { pageBus } from 'trolleybus';
import type { Inner } from './inner.js';
import { INNER } from './now.js';

/** What a bus does with its arguments, for files that are apart from it: they check theirs by it. */
export const inner = (pageBus as unknown as Inner)[INNER];
