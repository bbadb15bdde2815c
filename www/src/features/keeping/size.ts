import { isArrayBuffer, platformClass } from '../../core/platform.js';

const SIZE_OF_VALUE = 16;
/** Values that are looked at; others count as numbers do. */
const MOST = 100_000;

/**
 * About how many bytes data takes, by the rules of package bus (`Keep`): an object that is there several times, or within
 * itself, counts once. No code of the data's is called, but for what proxies do.
 */
export function sizeOf(data: unknown): number {
  const seen = new Set<object>();
  const found: unknown[] = [data];
  let size = 0, room = MOST;
  const find = (value: unknown): void => {
    if (room-- > 0) found.push(value);
    else size += SIZE_OF_VALUE;
  };
  while (found.length > 0) {
    const value = found.pop();
    size += SIZE_OF_VALUE;
    if (typeof value === 'string') size += value.length;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    try {
      size += inside(value, find, () => room);
    } catch {
      // a proxy that throws
    }
  }
  return size;
}

/** Finds the members of an object; what it takes besides. */
function inside(value: object, find: (member: unknown) => void, room: () => number): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) {
    const looked = Math.min(value.length, Math.max(0, room()));
    for (let i = 0; i < looked; i++) find(dataOf(value, i));
    return (value.length - looked) * SIZE_OF_VALUE;
  }
  if (platformClass(Object.getPrototypeOf(value) as object | null) === 'ArrayBuffer' && isArrayBuffer(value)) return value.byteLength;
  const names = Object.keys(value), looked = Math.min(names.length, Math.max(0, room()));
  let size = (names.length - looked) * SIZE_OF_VALUE;
  for (let i = 0; i < looked; i++) {
    const name = names[i]!;
    size += SIZE_OF_VALUE + name.length;
    find(dataOf(value, name));
  }
  return size;
}

/** A property that is not an accessor. */
function dataOf(value: object, name: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
