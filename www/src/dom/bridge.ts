import { isCustomEvent, isEventTarget, isNode, takes, unlessFull } from '../core/brand.js';
import { callTarget, isElement } from './nodes.js';
import { OptionError } from '../core/errors.js';
import type { BusEvent } from '../core/event.js';
import { mayPaint, nextFrame } from './frames.js';
import { checkPattern, checkTopic } from '../core/grammar.js';
import { whenRemoved } from './owner.js';
import { onAbort } from '../core/signal.js';
import { wrongText } from '../core/text.js';
import type { BridgeFrom, BridgeMap } from './bridge-types.js';

/** What a bridge needs of its bus. */
export interface BridgeHost {
  publish(topic: string, data: unknown, before: (event: BusEvent) => void): void;
  subscribe(pattern: string, handler: (data: unknown, event: BusEvent) => void, name: string): () => void;
  /** `of` is the event that could not be published, or the topic of one that could not be made. */
  fail(error: unknown, type: string, of?: BusEvent | string): void;
}

/** What has been joined. What a full stack has kept from ending ends when its next event comes. */
interface Joint {
  live: boolean;
  readonly ends: (() => void)[];
  /** The first of them that has not been called. */
  next: number;
  readonly end: () => void;
}

/** Joins DOM event targets to topics, both ways, without an event ever coming back to where it came from. */
export class Bridges {
  /** The DOM event that a bridge is dispatching: it is not published again, also where it bubbles to another bridge. */
  private dispatching: Event | undefined;
  /** Which target a bus event came from; kept while a bridge goes both ways. */
  private readonly origins = new WeakMap<BusEvent, EventTarget>();
  private bothWays = 0;
  private readonly joined = new Set<() => void>();

  constructor(private readonly host: BridgeHost) {}

  /** `map` has been read; the rest is checked before any of it is done. */
  join(target: EventTarget, map: BridgeMap, signal: AbortSignal | undefined): () => void {
    if (!isNode(target) && !isEventTarget(target)) throw new OptionError('bridge target', 'an EventTarget', target);
    const from = Object.entries(map.from ?? {}).map(([type, entry]) => [type, checkFrom(type, entry)] as const);
    const to = Object.entries(map.to ?? {});
    for (const [pattern] of to) checkPattern(pattern);
    if (signal?.aborted) return () => {};
    const both = to.length > 0 && from.length > 0;
    const joint: Joint = { live: true, ends: [], next: 0, end: () => {
      joint.live = false;
      this.joined.delete(joint.end);
      while (joint.next < joint.ends.length) {
        try {
          joint.ends[joint.next++]!();
        } catch (error) {
          joint.next--; // by no call: a full stack leaves it for the next time
          unlessFull(error);
          this.host.fail(error, 'bridge'); // a target that keeps its listener keeps no subscription
          joint.next++;
        }
      }
    } };
    const { ends, end } = joint;
    this.joined.add(end);
    try {
      if (both) {
        ends.push(() => this.bothWays--);
        this.bothWays++;
      }
      for (const [type, entry] of from) ends.push(this.listen(joint, target, type, entry));
      for (const [pattern, entry] of to) if (entry !== false) ends.push(this.forward(joint, target, pattern, entry, both));
      // A port keeps its messages until it is started. By its class, since there are other targets that can be started, as sounds.
      if (typeof MessagePort === 'function' && from.some(([type]) => type === 'message')) takes(MessagePort.prototype.start, target);
      if (isElement(target)) ends.push(whenRemoved(target, end));
      if (signal !== undefined) ends.push(onAbort(signal, end));
    } catch (cause) {
      joint.live = false;
      end();
      throw new OptionError('bridge target', '', target, { cause });
    }
    return end;
  }

  close(): void {
    for (const end of this.joined) end();
  }

  private listen(joint: Joint, target: EventTarget, type: string, entry: Exclude<BridgeFrom, string>): () => void {
    const { topic, payload, coalesce } = entry;
    const publish = (event: Event): void => {
      let entering: BusEvent | undefined;
      const mark = (event: BusEvent): void => {
        entering = event;
        if (this.bothWays > 0) this.origins.set(event, target);
      };
      try {
        const data = payload !== undefined ? payload(event) : isCustomEvent(event) ? event.detail as unknown : event;
        if (payload === undefined || data !== undefined) this.host.publish(topic, data, mark);
      } catch (error) {
        this.host.fail(error, type, entering ?? topic);
      }
    };
    const deliver = coalesce === 'frame' ? perFrame(publish) : { call: publish, cancel: () => {} };
    const listener = (event: Event): void => {
      if (!joint.live) joint.end();
      else if (event !== this.dispatching) deliver.call(event);
    };
    const options: AddEventListenerOptions = { capture: entry.capture ?? false };
    if (entry.passive !== undefined) options.passive = entry.passive;
    callTarget(target, 'addEventListener', type, listener, options);
    return () => {
      callTarget(target, 'removeEventListener', type, listener, options);
      deliver.cancel();
    };
  }

  private forward(joint: Joint, target: EventTarget, pattern: string, entry: true | string, both: boolean): () => void {
    let topic = '', type = entry === true ? '' : entry;
    return this.host.subscribe(pattern, (data, event) => {
      if (!joint.live) return joint.end();
      if (both && this.origins.get(event) === target) return;
      if (entry === true && event.topic !== topic) {
        topic = event.topic;
        type = topic.replaceAll('.', ':');
      }
      const dom = new CustomEvent(type, { detail: data, bubbles: true, composed: true, cancelable: true });
      const outer = this.dispatching;
      this.dispatching = dom;
      try {
        callTarget(target, 'dispatchEvent', dom);
      } finally {
        this.dispatching = outer;
      }
    }, `bridge ${pattern}`);
  }
}

function checkFrom(type: string, entry: BridgeFrom): Exclude<BridgeFrom, string> {
  const wrong = wrongText(type, Infinity);
  if (wrong !== undefined) throw new OptionError('bridge map option from', `names of DOM events: ${wrong}`, type);
  const from = typeof entry === 'string' ? { topic: entry } : entry;
  checkTopic(from.topic);
  return from;
}

/** Calls with the last event of each frame. Where no frames come (a hidden page, or no page at all) each event is called with. */
function perFrame(call: (event: Event) => void): { call: (event: Event) => void; cancel: () => void } {
  let last: Event | undefined, stop: (() => void) | undefined;
  const cancel = (): void => {
    stop?.();
    last = stop = undefined;
  };
  const flush = (): void => {
    const event = last!;
    last = stop = undefined;
    call(event);
  };
  return {
    call(event) {
      last = event;
      if (stop !== undefined) return;
      if (mayPaint()) stop = nextFrame(flush);
      else flush();
    },
    cancel,
  };
}
