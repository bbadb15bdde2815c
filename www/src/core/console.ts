/** Writes to the console, which belongs to the page: what it does, or that there is none, is nobody's failure. */
export function say(how: 'error' | 'warn', ...what: unknown[]): boolean {
  try {
    console[how](...what);
    return true;
  } catch {
    return false;
  }
}
