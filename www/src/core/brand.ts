// What an object is, whatever realm (a frame, a `vm` context, a test runner) it was made in: `instanceof` knows the classes
// of this realm only, and a tag can be had by any class. Internal slots cannot be feigned.

/** The getter of a property. */
export const getter = (of: object, name: PropertyKey): ((this: unknown) => any) => Object.getOwnPropertyDescriptor(of, name)?.get as never;

/** Throws it again where it says that the stack is full. */
export const unlessFull = (error: unknown): void => {
  if (/^(Range|Internal)Error$/.test((error as Error | undefined)?.name as string)) throw error;
};

/** What the platform refuses a value with is the answer no; that the stack is full is none. */
const refused = (error: unknown): false => {
  unlessFull(error);
  return false;
};

/** Whether a method takes it as its `this`. */
export const takes = (method: (this: any) => unknown, value: unknown): boolean => {
  try {
    Reflect.apply(method, value, []);
    return true;
  } catch (error) {
    return refused(error);
  }
};

export const isDate = (value: unknown): value is Date => takes(Date.prototype.getTime, value);

/** Errors alone have no method that asks for their slot; older engines tell of it by the text of a value without a tag. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || (Symbol.toStringTag in Object(value) ? domExceptionOfAny(value) : Object.prototype.toString.call(value) === '[object Error]');
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
const ofClass = (name: 'Event' | 'CustomEvent' | 'DOMException', member: string) => (value: unknown): boolean => {
  const type = globalThis[name] as { prototype: object } | undefined;
  return type !== undefined && takes(getter(type.prototype, member), value);
};

const eventOfAny = ofClass('Event', 'eventPhase'), customEventOfAny = ofClass('CustomEvent', 'detail'), domExceptionOfAny = ofClass('DOMException', 'code');

export const isEvent = (value: unknown): value is Event => value instanceof Event || eventOfAny(value);
/** Events of this realm are known by their class: asking others for their slots costs an exception. */
export const isCustomEvent = (event: Event): event is CustomEvent => event instanceof CustomEvent || !(event instanceof Event) && customEventOfAny(event);

/** Whether it is an object without a class, of any realm. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Whether it is a node, of this window or another one, whatever it says of itself. */
export function isNode(value: unknown): value is Node {
  try {
    return typeof Reflect.get(Node.prototype, 'nodeType', value) === 'number';
  } catch (error) {
    return refused(error); // no node, or no page
  }
}
