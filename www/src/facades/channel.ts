import { pageBus } from 'trolleybus/core';
import type { BusEvent, CoreBus } from 'trolleybus';
import { emitter } from '../../../bus/options.json';
import { busCheck } from '../core/bus-check.js';
import { addChecks, readOptions } from '../core/options.js';
import { say } from '../core/console.js';
import { DEPTH_FIRST, type Immediate } from '../core/internal.js';
import { escapeName, isObject, number, unescapeName } from './names.js';

/** Where an emitter of another library's API is on a bus. */
export interface FacadeOptions {
  /** The page's when left out: `pageBus()`. */
  bus?: CoreBus<any, any>;
  /** What its topics begin with, such as `cart`: emitters of one name are one on the bus. A name of its own when left out. */
  topic?: string;
}

type ImmediateBus = CoreBus & Immediate & { [SAID]?: boolean };

const MAX_NAMES = 1000;
/** On a closed bus: that it has been said. */
const SAID = Symbol.for('trolleybus/said');
/** Whose event is being published. */
let emitting: Channel | undefined;
// An emitter that nobody holds any more must not be held by its subscription.
const forgotten = new FinalizationRegistry<() => void>((off) => off());

/**
 * What an emitter of another library's API has on the bus: one subscription to its topics, `<topic>.<name>`, while it
 * has listeners, and the events that it publishes, depth-first and throwing through.
 */
export class Channel {
  /** What is being published and has not come by yet; the bus says which event it is. */
  event: BusEvent | undefined;
  private name: unknown;
  private self: unknown;
  /** What the listeners of the emitter's own event threw. */
  private failure: { readonly error: unknown } | undefined;
  readonly names = new Map<unknown, string>();
  private off: (() => void) | undefined;
  private listening = false;
  private prefix: string | undefined;
  private bus: ImmediateBus | undefined;
  private readonly options: FacadeOptions;

  /**
   * `receive` calls the emitter's listeners; with an event of its own, `self` is what `emit` was given. `heard` are the names of
   * events that have listeners.
   */
  constructor(
    private readonly kind: string,
    options: FacadeOptions,
    private readonly receive: (name: any, data: unknown, self?: any) => void,
    private readonly heard: () => Iterable<unknown>,
  ) {
    addChecks(busCheck);
    this.options = readOptions(kind, emitter, kind === 'events' && isObject(options) ? { get bus() { return options.bus; }, get topic() { return options.topic; } } : options);
  }

  get opened(): boolean { return this.off !== undefined; }

  /** The topic of an event. */
  topicOf(name: unknown): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.prefix ??= this.options.topic ?? `${this.kind}.${number()}`;
    const topic = `${this.prefix}.${escapeName(name)}`;
    if (isObject(name)) return topic; // which is not held
    if (this.names.size >= MAX_NAMES) this.names.clear();
    this.names.set(name, topic);
    return topic;
  }

  /** There is a listener. */
  open(): void {
    if (this.off !== undefined) return;
    const { options } = this;
    this.listening = true;
    const topic = this.topicOf('');
    try {
      const bus = this.find();
      bus.topic(topic); // which refuses what is one for patterns only
      const off = this.off = bus.subscribe(`${this.prefix}.>`, receiver(options.topic === undefined ? new WeakRef(this) : { deref: () => this }, this.names), { name: this.prefix! });
      if (options.topic === undefined) forgotten.register(this, off, this);
    } catch (error) {
      this.gone(error);
    }
  }

  /** There is none any more. */
  close(): void {
    this.listening = false;
    if (this.off === undefined) return;
    forgotten.unregister(this);
    this.off();
    this.off = undefined;
  }

  /** Publishes an event; the emitter's own listeners are called in its turn. What they throw is thrown here. */
  emit(name: unknown, data: unknown, self?: unknown): void {
    const topic = this.names.get(name) ?? this.topicOf(name);
    if (this.listening && this.off === undefined) this.open(); // the page has another bus now
    const { event, name: outerName, self: outerSelf, failure } = this, before = emitting;
    emitting = this;
    this.event = this.failure = undefined;
    this.name = name;
    this.self = self;
    let own: typeof failure;
    try {
      (this.bus ?? this.find())[DEPTH_FIRST](topic, data, this);
      own = this.failure;
    } catch (error) {
      this.gone(error);
      this.receive(name, data, self);
    } finally {
      emitting = before;
      this.event = event;
      this.name = outerName;
      this.self = outerSelf;
      this.failure = failure;
    }
    if (own !== undefined) throw own.error;
  }

  takeOwn(data: unknown): void {
    this.event = undefined;
    try {
      this.receive(this.name, data, this.self);
    } catch (error) {
      this.failure = { error };
    }
  }

  take(data: unknown, event: BusEvent): void {
    if (this.event === event) return this.takeOwn(data);
    const { topic } = event;
    const escaped = topic.slice(this.prefix!.length + 1);
    let names = unescapeName(escaped);
    if (names.length === 0) names = [...this.heard(), ...this.names.keys()].filter((name) => escapeName(name) === escaped);
    if (names.length > 0) this.receive(names[0], data);
  }

  private find(): ImmediateBus {
    return this.bus = (this.options.bus ?? pageBus()) as ImmediateBus;
  }

  /** A bus that was closed is said once. The emitter goes on without it, or with the next one of the page. */
  private gone(error: unknown): void {
    if ((error as { code?: unknown } | null)?.code !== 'TB_CLOSED') throw error;
    const { bus } = this;
    if (bus === undefined) return;
    if (!bus[SAID]) say('error', error);
    bus[SAID] = true;
    this.bus = this.off = undefined;
  }
}

/** What the bus calls. A function apart, whose scope has nothing else that would hold the channel. */
function receiver(held: { deref(): Channel | undefined }, names: Channel['names']): (data: unknown, event: BusEvent) => void {
  return (data, event) => {
    if (emitting?.event === event && emitting.names === names) emitting.takeOwn(data); // most often, and without the WeakRef
    else held.deref()?.take(data, event);
  };
}
