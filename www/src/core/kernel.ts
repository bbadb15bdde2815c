import { Admission } from './admission.js';
import type { Clock } from './clock.js';
import { say } from './console.js';
import { Dispatcher, type Compiler } from './dispatcher.js';
import { ClosedError, UnavailableError, isA, messageOf } from './errors.js';
import { BusEvent } from './event.js';
import type { PublishOptions } from './event-fields.js';
import { Failures } from './failures.js';
import type { GoOptions, GoSide } from './go-side.js';
import { deliverNow, within } from './nested.js';
import { CORE_SHAPES, readOptions, type Shape, type Shapes } from './options.js';
import { Observers } from './observers.js';
import { Origin } from './origin.js';
import type { Part } from './part.js';
import { Pending } from './pending.js';
import type { Places } from './places.js';
import { provisional } from './provisional.js';
import { Registry } from './registry.js';
import type { SubscribeHost } from './subscribe.js';

const ROUTES = 2048;

/** What a bus is made with, read. */
export interface KernelOptions {
  /** One of its own where it is undefined. */
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly dev: boolean;
  readonly onError: ConstructorParameters<typeof Failures>[0];
  readonly maxPending: number;
  /** Whether the program may have subscribers and responders of its own. */
  readonly components: boolean;
  readonly program: GoOptions;
  /** The names of its features. */
  readonly features: readonly string[];
  /** What knows how to run Go; undefined where it has still to be loaded. */
  readonly maker: GoMaker | undefined;
  readonly loadMaker: () => Promise<GoMaker>;
  /** What the page does for subscriptions that an element owns. */
  readonly owner: SubscribeHost['owner'];
}

/** What every bus has, joined. Features add to it what they do for the rest (`places`), and what the bus then has (`parts`). */
export class Kernel implements SubscribeHost {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly dev: boolean;
  readonly components: boolean;
  /** The names of its features. */
  readonly features: readonly string[];
  readonly owner: SubscribeHost['owner'];
  readonly failures: Failures;
  readonly dispatcher: Dispatcher;
  readonly registry: Registry;
  readonly pending: Pending;
  readonly observers = new Observers(this);
  readonly admission: Admission;
  /** Routing while Go is not up. */
  readonly provisional: Compiler;
  readonly counts = { dropped: 0, intercepted: 0, coalesced: 0 };
  /** The options of the calls of this bus. */
  readonly shapes: Shapes = { ...CORE_SHAPES };
  readonly places: Places = {};
  readonly parts: Part[] = [];
  closed = false;
  /** Whether Go is up. */
  up = false;
  /** Why it can't be. */
  unavailable: UnavailableError | undefined;
  go: GoSide | undefined;
  /** What waits for Go is delivered, where Go is up. */
  handOver: () => void = () => {};
  private loading: Promise<void> | undefined;

  constructor(private readonly options: KernelOptions) {
    const { clock, dev, onError, maxPending } = options;
    this.clock = clock;
    this.dev = dev;
    this.components = options.components;
    this.features = options.features;
    this.owner = options.owner;
    const origin = this.origin = new Origin(options.name, clock, options.random);
    this.failures = new Failures(onError, clock);
    const declared = new Set<string>();
    const dispatcher = this.dispatcher = new Dispatcher(origin, this.failures, ROUTES / 2, declared);
    dispatcher.freeze = dev;
    this.registry = new Registry(dispatcher);
    this.pending = new Pending(maxPending, dispatcher, this.observers);
    this.provisional = dispatcher.compiler = provisional(this.registry, this.places, this.pending);
    this.admission = new Admission(this, declared);
    dispatcher.admit = (topic, data) => this.publish(topic, data);
    this.failures.publish = (topic, data) => this.announce(topic, data);
    this.admission.changed();
  }

  /** Throws if the bus has been closed. */
  readonly open = (): void => {
    if (this.closed) throw new ClosedError(this.origin.source);
  };

  /** Publishes with all that an event may have to pass; `before` gets it when it has been made. */
  publish(topic: string, data: unknown, options?: PublishOptions, before?: (event: BusEvent) => void): void {
    if (options !== undefined) options = readOptions('publish', this.shapes.publish, options);
    this.open();
    this.dispatcher.find(topic);
    const event = this.dispatcher.prepare(topic, data, options);
    before?.(event);
    this.enter(event);
  }

  /** Takes a prepared event into the order of the bus, if it is admitted. */
  enter(event: BusEvent): void { this.admission.enter(event, this.accept); }

  readonly accept = (event: BusEvent): void => this.dispatcher.accept(event);

  /** Takes a prepared event to its subscribers at once: its publisher uses the result. At most so many deliveries in each other. */
  enterNow(event: BusEvent, most: number): void { this.admission.enter(event, (event) => deliverNow(this.dispatcher, event, most)); }

  within(event: BusEvent | undefined, work: () => void): void { within(this.dispatcher, event, work); }

  /** Publishes on a topic of the bus itself; false when nobody would get it. */
  announce(topic: string, data: unknown): boolean {
    const { dispatcher } = this;
    if (this.closed || dispatcher.routeOf(topic).deliver.length === 0) return false;
    dispatcher.accept(dispatcher.prepare(topic, data));
    return true;
  }

  /** A subscription of the bus's own parts, without options; `quiet`: it is no interest for observers. */
  subscribe(pattern: string, handler: (data: any, event: BusEvent) => void, name: string | undefined, quiet = false): () => void {
    const subscription = this.registry.add(pattern, name, undefined, false, quiet);
    subscription.bare = subscription.deliver = handler;
    return () => this.registry.remove(subscription);
  }

  /** An event in the place of one that could not be made. */
  blank(topic: string): BusEvent { return new BusEvent(topic, undefined, 0, this.dispatcher.origin); }

  /** Adds the options of a feature to those of the calls. */
  take(options: { readonly [call: string]: Shape } = {}): void {
    for (const call of Object.keys(options) as (keyof Shapes)[]) this.shapes[call] = { ...this.shapes[call], ...options[call] };
  }

  /** Resolves when Go is up. */
  ready(): Promise<void> {
    if (this.go === undefined) {
      if (this.closed) return Promise.reject(new UnavailableError('closed', 'the bus is closed'));
      const { maker, program } = this.options;
      if (maker === undefined) return this.loading ??= this.load();
      this.go = maker(this, program);
    }
    return this.go.ready();
  }

  // By a promise alone, since what loads Go may come over the network.
  private async load(): Promise<void> {
    try {
      const make = await this.options.loadMaker();
      if (!this.closed) this.go ??= make(this, this.options.program);
    } catch (cause) {
      this.loading = undefined;
      const error = isA(cause, UnavailableError) ? cause : new UnavailableError('fetch', `what loads Go could not be loaded: ${messageOf(cause)}; serve all files of the package, or import 'trolleybus/go'`, { cause });
      if (!this.closed) {
        say('warn', `trolleybus: ${error.message}. Plain topics go on working.`);
        this.giveUp(error);
      }
      throw error;
    }
    return this.ready();
  }

  /** Something needs Go: it is loaded, and `ready` reports to whoever reads it how that went. */
  needGo(): void { this.ready().catch(() => {}); }

  /** Go can't be had: what waits for it has failed. */
  giveUp(error: UnavailableError): void {
    this.unavailable = error;
    for (const { runner, active } of this.registry.all()) {
      for (const event of runner?.waiting.take() ?? []) if (active) this.failures.report(error, runner!.subscription, event);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.admission.changed();
    for (const part of this.parts) part.close?.();
    for (const s of this.registry.all()) this.registry.remove(s);
    for (const part of this.parts) part.cleared?.();
    this.go?.close();
  }
}

/** Makes it: the part of the package that knows how to load a program and how to talk to it. */
export type GoMaker = (kernel: Kernel, options: GoOptions) => GoSide;
