import { RecursionError, isA, show } from '../../core/errors.js';
import { reason } from '../../core/told.js';
import { SchemaError, type Issue } from '../../core/feature-errors.js';
import type { StandardSchema } from '../../core/standard-schema.js';

/** Issues that an error holds; a validator may find one in each of a million items. */
const MAX_ISSUES = 100;

/** What the schema makes of the data, or a SchemaError: whatever a validator does is told to the publisher in that way. */
export function validate(topic: string, schema: StandardSchema, data: unknown): unknown {
  let issues: Issue[];
  try {
    const result = schema['~standard'].validate(data) as { value?: unknown; issues?: unknown };
    if (promised(result)) issues = problem('the schema validates asynchronously; publish needs one that answers at once');
    else if (typeof result !== 'object' || result === null) issues = problem(`the schema answered ${show(result)} instead of a result`);
    else {
      const { issues: found } = result;
      if (found === undefined || found === null) return result.value;
      issues = readIssues(found);
    }
  } catch (error) {
    if (isA(error, RecursionError)) throw error; // of what it published itself
    throw new SchemaError(topic, problem(`the schema failed: ${reason(error)[1]}`), { cause: error });
  }
  throw new SchemaError(topic, issues);
}

/** Whether a value is a promise, whose rejection then belongs to nobody. */
export function promised(value: unknown): boolean {
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false;
  Promise.resolve(value).catch(() => {});
  return true;
}

const problem = (message: string): Issue[] => [{ message, path: [] }];

function readIssues(found: unknown): Issue[] {
  if (!Array.isArray(found) || found.length === 0) return problem('the schema refused it and gave no reason');
  return found.slice(0, MAX_ISSUES).map(({ message, path = [] }) => ({
    message: String(message),
    path: Array.from(path as Iterable<unknown>, (part) => {
      const key = typeof part === 'object' && part !== null ? (part as { key: unknown }).key : part;
      return typeof key === 'number' ? key : String(key);
    }),
  }));
}
