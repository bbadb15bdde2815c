import type { BridgeFrom, BridgeMap } from '../dom/bridge-types.js';
import { isCustomEvent, isNode } from '../core/brand.js';
import { get } from '../dom/nodes.js';

/** What `jsbridge.DOM` says, as JSON. */
interface Spec {
  from: Record<string, { topic: string; fields?: string[]; capture?: true; passive?: true; frame?: true; prevent?: true }>;
  to: Record<string, string>;
}

/** The bridge that a Go component asked for: fields of DOM events are picked here, so that Go gets plain data. */
export function bridgeMap({ from, to }: Spec): BridgeMap {
  const map: Required<BridgeMap> = { from: {}, to: {} };
  for (const [type, { topic, fields, frame, prevent, capture, passive }] of Object.entries(from)) {
    const entry: Exclude<BridgeFrom, string> = map.from[type] = { topic };
    if (capture) entry.capture = true;
    if (passive) entry.passive = true;
    if (frame) entry.coalesce = 'frame';
    if (fields !== undefined || prevent) {
      entry.payload = (event: Event) => {
        if (prevent) event.preventDefault();
        if (fields === undefined) return isCustomEvent(event) ? event.detail as unknown : event;
        return Object.fromEntries(fields.map((path) => [path.slice(path.lastIndexOf('.') + 1), pick(event, path)]));
      };
    }
  }
  for (const [pattern, type] of Object.entries(to)) map.to[pattern] = type === '' ? true : type;
  return map;
}

function pick(value: unknown, path: string): unknown {
  for (const name of path.split('.')) {
    // A field of a form by its name too, unless forms have a property of that name.
    value = isNode(value) && name in Object.getPrototypeOf(value) ? get(value, name as keyof Node) : (value as Record<string, unknown> | null | undefined)?.[name];
  }
  return value ?? null;
}
