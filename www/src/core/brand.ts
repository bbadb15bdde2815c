// What an object is, whatever realm (a frame, a `vm` context, a test runner) it was made in: `instanceof` knows the classes
// of this realm only, and a tag can be had by any class. Internal slots cannot be feigned.

const getter = (of: object, name: PropertyKey): ((this: unknown) => any) => Object.getOwnPropertyDescriptor(of, name)!.get!;

const nameOfTypedArray = /* @__PURE__ */ getter(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);
const lengthOfBuffer = /* @__PURE__ */ getter(ArrayBuffer.prototype, 'byteLength');
const timeOfDate = Date.prototype.getTime;

/** The class of a typed array; undefined where it is none. */
export const typedArray = (value: unknown): string | undefined => Reflect.apply(nameOfTypedArray, value, []) as string | undefined;

const takes = (method: (this: any) => unknown, value: unknown): boolean => {
  try {
    Reflect.apply(method, value, []);
    return true;
  } catch {
    return false;
  }
};

export const isArrayBuffer = (value: unknown): value is ArrayBuffer => takes(lengthOfBuffer, value);
export const isDate = (value: unknown): value is Date => takes(timeOfDate, value);
export const isMap = (value: unknown): value is Map<unknown, unknown> => takes(getter(Map.prototype, 'size'), value);
export const isSet = (value: unknown): value is Set<unknown> => takes(getter(Set.prototype, 'size'), value);
export const isRegExp = (value: unknown): value is RegExp => takes(getter(RegExp.prototype, 'source'), value);

/** Errors alone have no method that asks for their slot; older engines tell of it by the text of a value without a tag. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value));
  } catch {
    return false; // a proxy that refuses to say what it is
  }
}

/** By its methods: a target need not be of the platform's class, nor that of this realm. */
export function isEventTarget(value: unknown): value is EventTarget {
  try {
    return (['addEventListener', 'removeEventListener', 'dispatchEvent'] as const).every((name) => typeof (value as EventTarget)[name] === 'function');
  } catch {
    return false;
  }
}

/** Of a class of the DOM, which there may be none of where the package is loaded. */
const ofClass = (name: 'Event' | 'CustomEvent', member: string) => (value: unknown): boolean => {
  const type = globalThis[name] as { prototype: object } | undefined;
  return type !== undefined && takes(getter(type.prototype, member), value);
};

const eventOfAny = ofClass('Event', 'eventPhase'), customEventOfAny = ofClass('CustomEvent', 'detail');

export const isEvent = (value: unknown): value is Event => value instanceof Event || eventOfAny(value);
/** Events of this realm are known by their class: asking others for their slots costs an exception. */
export const isCustomEvent = (event: Event): event is CustomEvent => event instanceof CustomEvent || !(event instanceof Event) && customEventOfAny(event);

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

/** Whether it is an object without a class, of any realm. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Whether it is a node, of this window or another one, whatever it says of itself. */
export function isNode(value: unknown): value is Node {
  try {
    return typeof Reflect.get(Node.prototype, 'nodeType', value) === 'number';
  } catch {
    return false; // no node, or no page
  }
}
