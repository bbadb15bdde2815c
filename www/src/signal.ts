/** Whether it is an AbortSignal, of this realm or another one, and no object that only has its methods. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof AbortSignal !== 'function') return false;
  const get = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get;
  if (get === undefined) return value instanceof AbortSignal; // of a library
  try {
    get.call(value);
    return true;
  } catch {
    return false;
  }
}

/** Calls `end` when the signal aborts; the result undoes that. By the methods of its class, since it may have others of its own. */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  addEventListener.call(signal, 'abort', end, { once: true });
  return () => removeEventListener.call(signal, 'abort', end);
}
