// The schema libraries of the tests, as one file for Node and for the page: see tools/validators.mjs.
import * as z from 'zod';

// Else it tries whether it may evaluate code, which the page's policy reports.
z.config({ jitless: true });

export { z };
export * as v from 'valibot';
export { Validator } from '@cfworker/json-schema';
export { jsonSchema } from 'trolleybus/json-schema';
