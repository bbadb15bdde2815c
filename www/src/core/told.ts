import { isError } from './brand.js';
import { MAX_MESSAGE, TrolleybusError, messageOf, show } from './errors.js';
import { wrongText } from './text.js';

// What is said of an error to the other side, and to those who wait for an answer.

/** Bytes of a code. */
const MAX_CODE = 255;

/** The code of an error, if that is one: two that are not the same must not become so on their way to Go. */
export function codeOf(code: unknown, otherwise: string): string {
  return wrongText(code, MAX_CODE) === undefined ? code as string : otherwise;
}

/** Code and message of anything that was thrown. Its own getters may throw. */
export function told(error: unknown): [code: string, message: string] {
  let code = 'TB_REMOTE';
  try {
    code = codeOf((Object(error) as { code?: unknown }).code, code);
  } catch { /* then it has none */ }
  return [code, messageOf(error)];
}

/** The same of what a handler of the page threw, whose own codes say nothing to Go. */
export function reason(error: unknown): [code: string, message: string] {
  try {
    const message = isError(error) ? String(error.message) : show(error);
    return [error instanceof TrolleybusError ? codeOf(error.code, 'TB_SCRIPT') : 'TB_SCRIPT', message.slice(0, MAX_MESSAGE)];
  } catch {
    return ['TB_SCRIPT', 'an error that cannot be shown']; // its own getters throw
  }
}

/**
 * Whether a handler gave up because its signal aborted, for this reason: APIs that take a signal throw the reason, or an
 * AbortError of their own, and `Promise.any` throws all that its promises did.
 */
export function isCancellation(error: unknown, reason: unknown): boolean {
  const is = (error: unknown): boolean => error === reason || (error as Error | undefined)?.name === 'AbortError';
  try {
    for (let e = error as AggregateError | undefined, depth = 0; e !== undefined && e !== null && depth < 10; e = e.cause as AggregateError | undefined, depth++) {
      if (is(e) || Array.isArray(e.errors) && e.errors.length > 0 && e.errors.every(is)) return true;
    }
  } catch { /* an error whose own getters throw */ }
  return false;
}

