import { isPlain } from './brand.js';
import { PayloadError, messageOf } from './errors.js';

const done = new WeakSet();

/**
 * Freezes plain data all the way down (`dev` mode), so that a handler that changes what others also get fails where it
 * does. Data that does not let itself be frozen is left as it is, or, where somebody is there to be told, a PayloadError.
 */
export function deepFreeze(data: unknown, told = false): void {
  // A list instead of recursion: data may be deeper than the engine's stack.
  const found: unknown[] = [data];
  while (found.length > 0) {
    const value = found.pop();
    // Not isFrozen: what is in a frozen object may not be.
    if (typeof value !== 'object' || value === null || done.has(value) || !freezable(value)) continue;
    try {
      done.add(Object.freeze(value));
      for (const key of Reflect.ownKeys(value)) {
        const property = Reflect.getOwnPropertyDescriptor(value, key);
        // Accessors are left alone: reading one runs code of the payload's.
        if (property !== undefined && 'value' in property) found.push(property.value);
      }
    } catch (error) {
      if (told) throw new PayloadError('$', `something in it cannot be frozen, as dev mode does: ${messageOf(error)}`, { cause: error });
    }
  }
}

// Objects with state of their own (DOM nodes, Maps, typed arrays) either can't be frozen or aren't made immutable by it.
function freezable(value: object): boolean {
  try {
    return Array.isArray(value) || isPlain(value);
  } catch {
    return false; // a proxy that does not say what it is
  }
}
