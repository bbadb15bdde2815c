import { getter, takes } from './brand.js';

// Of which class of the platform a value is, for those who read all of it: who encodes, measures or compares data.

const nameOfTypedArray = /* @__PURE__ */ getter(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);
const lengthOfBuffer = /* @__PURE__ */ getter(ArrayBuffer.prototype, 'byteLength');

/** The class of a typed array; undefined where it is none. */
export const typedArray = (value: unknown): string | undefined => Reflect.apply(nameOfTypedArray, value, []) as string | undefined;

export const isArrayBuffer = (value: unknown): value is ArrayBuffer => takes(lengthOfBuffer, value);
export const isMap = (value: unknown): value is Map<unknown, unknown> => takes(getter(Map.prototype, 'size'), value);
export const isSet = (value: unknown): value is Set<unknown> => takes(getter(Set.prototype, 'size'), value);
export const isRegExp = (value: unknown): value is RegExp => takes(getter(RegExp.prototype, 'source'), value);

const classes = new WeakMap<object, string>();

/**
 * Of which class of the platform, a built-in of JavaScript or one of the DOM, the objects of a prototype are; '' where all
 * of their classes are the page's own, and of plain objects.
 */
export function platformClass(prototype: object | null): string {
  if (prototype === null) return '';
  let name = classes.get(prototype);
  if (name === undefined) classes.set(prototype, name = findClass(prototype));
  return name;
}

function findClass(prototype: object): string {
  const above = Object.getPrototypeOf(prototype) as object | null;
  if (above === null) return ''; // a realm's Object.prototype, or what stands in its place
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor === 'function' && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(constructor))) return constructor.name;
  return platformTag(prototype) ?? platformClass(above);
}

/**
 * The tag of what is made as Web IDL and ECMAScript do it: neither writable nor enumerable, but configurable. It tells
 * where classes of the platform are written in JavaScript, as in Node and jsdom, and what has no class, such as `Math`.
 */
export function platformTag(value: object): string | undefined {
  const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag);
  return tag !== undefined && tag.get === undefined && tag.configurable && !tag.writable && !tag.enumerable ? String(tag.value) : undefined;
}
