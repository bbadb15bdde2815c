import { isPlain } from './brand.js';
import { PayloadError } from './errors.js';
import { reason } from './go/fields.js';

const done = new WeakSet();

/**
 * Freezes plain data all the way down (`dev` mode), so that a handler that changes what others also get fails where it
 * does. Throws a PayloadError where something does not let itself be frozen: a proxy, the namespace of a module.
 */
export function deepFreeze(data: unknown): void {
  // A list instead of recursion: data may be deeper than the engine's stack.
  const found: unknown[] = [data];
  while (found.length > 0) {
    const value = found.pop();
    // Not isFrozen: what is in a frozen object may not be.
    if (typeof value !== 'object' || value === null || done.has(value)) continue;
    try {
      if (!freezable(value)) continue;
      done.add(Object.freeze(value));
      for (const key of Reflect.ownKeys(value)) {
        const property = Reflect.getOwnPropertyDescriptor(value, key);
        // Accessors are left alone: reading one runs code of the payload's.
        if (property !== undefined && 'value' in property) found.push(property.value);
      }
    } catch (error) {
      throw new PayloadError('$', `something in it cannot be frozen (dev mode): ${reason(error)[1]}`, { cause: error });
    }
  }
}

// Objects with state of their own (DOM nodes, Maps, typed arrays) either can't be frozen or aren't made immutable by it.
function freezable(value: object): boolean {
  return Array.isArray(value) || isPlain(value);
}
