import { FOLLOW, DEPTH_FIRST } from './internal.js';
import { check, has } from './options.js';

/** The kind of value that is a bus, of this copy of the package or another one. */
export const busCheck = () => ({ bus: check(has('subscribe', 'publish', 'topic', FOLLOW, DEPTH_FIRST), 'a Bus') });
