const done = new WeakSet();

/** Freezes plain data all the way down (`dev` mode), so that a handler that changes what others also get fails where it does. */
export function deepFreeze(value: unknown): void {
  try {
    freeze(value);
  } catch { /* what refuses to be frozen, or is too deep, is left as it is */ }
}

function freeze(value: unknown): void {
  // Not isFrozen: what is in a frozen object may not be.
  if (typeof value !== 'object' || value === null || done.has(value) || !freezable(value)) return;
  done.add(Object.freeze(value));
  for (const key of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    // Accessors are left alone: reading one runs code of the payload's.
    if (property !== undefined && 'value' in property) freeze(property.value);
  }
}

// Objects with state of their own (DOM nodes, Maps, typed arrays) either can't be frozen or aren't made immutable by it.
function freezable(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
