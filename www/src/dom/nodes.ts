import { isNode } from '../core/brand.js';

// How nodes of a page are read. A form has each of its fields as a property, a document its named images, forms and
// frames, and these come before what the DOM has: with `<button name="remove">` in it, `form.remove` is the button.
// Prototypes have none of them. Nor does it matter here which window's they are: each knows the nodes of all windows.

export function isElement(value: unknown): value is Element {
  return isNode(value) && get(value, 'nodeType') === 1;
}

/** A property of a node. */
export function get<N extends Node, K extends keyof N>(node: N, name: K): N[K] {
  return Reflect.get(Object.getPrototypeOf(node) as N, name, node) as N[K];
}

export function set<N extends Node, K extends keyof N>(node: N, name: K, value: N[K]): void {
  Reflect.set(Object.getPrototypeOf(node) as N, name, value, node);
}

type Parameters<F> = F extends (...parameters: infer P) => unknown ? P : never;
type Result<F> = F extends (...parameters: any[]) => infer R ? R : never;

/** Calls a method of a node. */
export function call<N extends Node, K extends keyof N>(node: N, name: K, ...parameters: Parameters<N[K]>): Result<N[K]> {
  return Reflect.apply(get(node, name) as never, node, parameters) as Result<N[K]>;
}

/** Calls a method of an event target: a node, or whatever has such methods. A field of that name is no function. */
export function callTarget<K extends keyof EventTarget>(target: EventTarget, name: K, ...parameters: Parameters<EventTarget[K]>): void {
  const own: unknown = target[name];
  Reflect.apply((typeof own === 'function' ? own : get(target as Node, name)) as never, target, parameters);
}
