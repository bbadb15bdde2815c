import { addChecks, check, checkValue, has } from '../core/options.js';
import { Channel, type FacadeOptions } from './channel.js';

/** Names of events. */
export type EventType = string | symbol;
/** Called with what was emitted. */
export type Handler<T = unknown> = (event: T) => void;
/** Called with the name of the event, and with what was emitted. */
export type WildcardHandler<T = Record<string, unknown>> = (type: keyof T, event: T[keyof T]) => void;
/** The handlers of one event, in their order. */
export type EventHandlerList<T = unknown> = Array<Handler<T>>;
/** The handlers of all events, in their order. */
export type WildCardEventHandlerList<T = Record<string, unknown>> = Array<WildcardHandler<T>>;
/** Handlers by the event that they are for; `*` has those of all. */
export type EventHandlerMap<Events extends Record<EventType, unknown>> = Map<keyof Events | '*', EventHandlerList<Events[keyof Events]> | WildCardEventHandlerList<Events>>;
export type { FacadeOptions };

/** An emitter with the API of mitt 3. `Events` has the type of what is emitted, by the name of the event. */
export interface Emitter<Events extends Record<EventType, unknown>> {
  /** The handlers themselves, which may be changed; `all.clear()` removes them all. */
  all: EventHandlerMap<Events>;
  /** Adds a handler of an event. */
  on<Key extends keyof Events>(type: Key, handler: Handler<Events[Key]>): void;
  /** Adds a handler of all events, which is called after those of the event. */
  on(type: '*', handler: WildcardHandler<Events>): void;
  /** Removes a handler of an event, or all of them. */
  off<Key extends keyof Events>(type: Key, handler?: Handler<Events[Key]>): void;
  /** Removes a handler of all events. */
  off(type: '*', handler: WildcardHandler<Events>): void;
  /** Calls the handlers; throws what one of them throws. */
  emit<Key extends keyof Events>(type: Key, event: Events[Key]): void;
  /** The same without data. */
  emit<Key extends keyof Events>(type: undefined extends Events[Key] ? Key : never): void;
}

const checks = () => ({ map: check(has('get', 'set', 'keys', 'values'), 'a Map') });

/**
 * An emitter with the API of mitt 3, whose events are events of a bus: `mitt(all, { topic: 'cart' })` has the topics
 * `cart.<type>`. Its handlers are called at once, in each other, and what one throws is thrown by `emit`, as by mitt.
 * ```ts
 * const cart = mitt<{ added: Item }>(undefined, { topic: 'cart' });
 * cart.on('added', (item) => {});
 * ```
 */
export default function mitt<Events extends Record<EventType, unknown>>(all?: EventHandlerMap<Events>, options: FacadeOptions = {}): Emitter<Events> {
  type Lists = Map<EventType, ((...parameters: any[]) => void)[]>;
  const lists = (all ||= new Map()) as unknown as Lists;
  addChecks(checks);
  checkValue('map', 'mitt all', all);
  const call = (type: EventType, event: unknown): void => {
    if (lists.size === 0) return channel.close(); // `all.clear()` is how users end all of it
    lists.get(type)?.slice().forEach((handler) => handler(event));
    lists.get('*')?.slice().forEach((handler) => handler(type, event));
  };
  const channel = new Channel('mitt', options, call, () => lists.keys());
  const listening = (): boolean => {
    for (const list of lists.values()) if (list.length > 0) return true;
    return false;
  };
  return {
    all,
    on(type: EventType, handler: (...parameters: any[]) => void) {
      const list = lists.get(type);
      if (list) list.push(handler);
      else lists.set(type, [handler]);
      channel.open();
    },
    off(type: EventType, handler?: (...parameters: any[]) => void) {
      const list = lists.get(type);
      if (list) {
        if (handler) list.splice(list.indexOf(handler) >>> 0, 1);
        else lists.set(type, []);
      }
      if (!listening()) channel.close();
    },
    emit(type: EventType, event?: unknown) {
      if (!channel.opened && listening()) channel.open(); // `all` is the user's to change
      channel.emit(type, event);
    },
  } as Emitter<Events>;
}
