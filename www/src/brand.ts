/** Whether a value is an object of a class of the platform's, whatever realm it is from: a getter of the class tells. */
function branded(name: 'AbortSignal' | 'Node', property: string, value: unknown): boolean {
  const type = (globalThis as unknown as Partial<Record<typeof name, { new(): unknown; prototype: object }>>)[name];
  const get = type && Object.getOwnPropertyDescriptor(type.prototype, property)?.get;
  if (type === undefined || get === undefined) return type !== undefined && value instanceof type;
  try {
    get.call(value);
    return true;
  } catch {
    return false;
  }
}

export const isSignal = (value: unknown): value is AbortSignal => branded('AbortSignal', 'aborted', value);
export const isNode = (value: unknown): value is Node => branded('Node', 'nodeType', value);

/** Calls `end` when the signal aborts; the result undoes that. By the methods of its class, since it may have others of its own. */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  addEventListener.call(signal, 'abort', end, { once: true });
  return () => removeEventListener.call(signal, 'abort', end);
}
