import { binary, checkWellFormed, toJSON } from '../payload.js';
import { Kind } from './exports.js';
import type { Memory } from './memory.js';

/** Puts a value into the input buffer: kind and length as `length * 16 + kind`. */
export function encode(memory: Memory, data: unknown): number {
  switch (typeof data) {
    case 'boolean': return data ? Kind.True : Kind.False;
    case 'number': return memory.writeNumber(data) * 16 + Kind.Number;
    case 'string':
      checkWellFormed(data);
      return memory.write(data) * 16 + Kind.String;
    default: {
      if (data === undefined) return Kind.Undefined; // not document.all, whose type is the same
      if (data === null) return Kind.Null;
      const bytes = binary(data);
      if (bytes !== undefined) return memory.writeBytes(bytes) * 16 + Kind.Bytes;
      return memory.write(toJSON(data)) * 16 + Kind.JSON;
    }
  }
}
