import { FIRST_RUNNER, From, GO_RESPONDER, GO_SUBSCRIBER, GROUP, Kind, Status, type Export, type GoExports } from '../core/crossing/exports.js';
import type { Crossing, FeatureCrossing } from '../core/crossing/crossing.js';
import { answered, quietly } from '../core/crossing/calls.js';
import { encode } from '../core/crossing/encode.js';
import { causeFrom, described, errorOf, fieldsOf, optionsOf } from '../core/crossing/fields.js';
import { Refs } from '../core/crossing/refs.js';
import type { Compiler } from '../core/dispatcher.js';
import { requestOf } from '../core/event-copies.js';
import { BusEvent, describe, type Cause, type Exchange } from '../core/event.js';
import type { PublishOptions } from '../core/event-fields.js';
import { microtask } from '../core/microtask.js';
import type { Seen } from '../core/observers.js';
import type { Origin } from '../core/origin.js';
import { Route } from '../core/route.js';
import type { GoSubscriber, Subscriber } from '../core/subscriber.js';
import type { Subscription } from '../core/subscription.js';
import type { Changes } from './changes.js';
import { callsOf } from './callbacks.js';
import { environment } from './environment.js';
import { GoAdmission, type Checker } from './admission.js';
import type { PortHost } from './host.js';
import { Instance } from './instance.js';

/**
 * The crossing into one instance of Go. JavaScript values stay here, in `refs`: Go holds their number and asks for
 * bytes (a throwing getter must not unwind Go's frames).
 */
export class Port extends Instance implements Compiler, Checker, Crossing {
  readonly refs = new Refs();
  /** What features do of it. */
  readonly crossings: readonly FeatureCrossing[];
  readonly origin: Origin;
  private readonly names = new Map<number, { pattern: string; name: string | undefined; order: number; responder: boolean }>();
  private readonly bridges: (() => void)[] = [];
  /** What Go calls. */
  readonly calls: object;
  /** How values of features are read, by their kind. */
  private readonly kinds: Readonly<Record<number, () => unknown>>;
  private readonly environment: ReturnType<typeof environment>;
  /** What JavaScript's subscriptions have to do with it, once it is up. */
  changes: Changes | undefined;
  readonly admission: GoAdmission;
  /** Subscriptions with policies, by their numbers. */
  private readonly withPolicies = new Map<number, Subscription>();

  constructor(exports: GoExports, wasm: WebAssembly.Memory, output: number, host: PortHost) {
    super(exports, wasm, output, host);
    this.admission = new GoAdmission(host.kernel, this);
    const { clock, random } = this.origin = host.kernel.dispatcher.origin;
    this.environment = environment(clock, random, () => this.wake(this.go.trolleybus_tick), () => this.wake(this.go.trolleybus_frame));
    this.crossings = host.kernel.parts.flatMap((part) => part.cross?.(this) ?? []);
    this.kinds = Object.assign({}, ...this.crossings.map(({ kinds }) => kinds));
    this.calls = Object.assign(callsOf(this, host, this.crossings, this.bridges, (number) => this.turn(number)), this.environment.calls, ...this.crossings.map(({ calls }) => calls));
  }

  compile(topic: string): Route {
    this.flush();
    const { memory } = this;
    const at = this.alive ? this.tell(this.go.trolleybus_route, memory.write(topic)) : 0;
    if (!this.alive) return this.host.kernel.provisional.compile(topic);
    const head = memory.word(at), count = head & 0xffff_ffff >>> 1;
    if (head !== count) this.admission.declare(topic);
    const recorder = this.host.kernel.places.keeping?.recorderOf(topic);
    if (count === 1 && recorder === undefined) {
      const only = this.subscriberOf(memory.word(at + 4), topic);
      return new Route(topic, only === undefined ? [] : [only]);
    }
    // All of them before `subscriberOf` asks Go for something else.
    const ids: number[] = [], subscribers: Subscriber[] = recorder === undefined ? [] : [recorder];
    for (let i = 1; i <= count; i++) ids.push(memory.word(at + 4 * i));
    for (const id of ids) {
      const subscriber = this.subscriberOf(id, topic);
      if (subscriber !== undefined) subscribers.push(subscriber);
    }
    return new Route(topic, subscribers);
  }

  /** Tells Go of the subscriptions that came and went. Those that it refuses have ended, and know why. */
  flush(): void {
    if (!this.alive || !this.changes?.any) return;
    const changes = this.changes.take().filter((s) => !this.introduced(s));
    for (let i = 0; i < changes.length && this.alive; i += 256) {
      const part = changes.slice(i, i + 256);
      const status = this.ask(this.go.trolleybus_apply, this.memory.writeChanges(part));
      const refused = status === Status.Failed ? this.memory.outputStrings() : [];
      for (const s of part) {
        s.known = s.active;
        this.withPolicies.delete(s.id);
      }
      for (let i = 0; i + 2 < refused.length; i += 3) this.host.refused(this.scriptSubscriber(Number(refused[i])), errorOf(refused.slice(i + 1, i + 3)));
    }
  }

  // Go is told of policies when they begin; their end is a change like others.
  private introduced(s: Subscription): boolean {
    if (s.runner === undefined || !s.active) return false;
    this.withPolicies.set(s.id, s);
    const error = this.alive ? this.first('introduce')?.(s) : undefined;
    s.known = error === undefined;
    if (error !== undefined) {
      this.withPolicies.delete(s.id);
      this.host.refused(s, error);
    }
    return true;
  }

  /** What the one feature does that does such a thing. */
  private first<K extends keyof FeatureCrossing>(what: K): FeatureCrossing[K] | undefined {
    return this.crossings.find((crossing) => crossing[what] !== undefined)?.[what];
  }

  /** Go's interceptors; false when they dropped the event. Their error is the publisher's. */
  intercept(event: BusEvent): boolean { return this.pass(event, this.go.trolleybus_intercept); }

  /** What Go declared of the event's topic: its version and schema. The error is the publisher's. */
  check(event: BusEvent): void { this.pass(event, this.go.trolleybus_check); }

  private pass(event: BusEvent, by: GoExports['trolleybus_check']): boolean {
    const length = this.memory.write(event.topic);
    const status = this.lending(event, (ref) => this.ask(by, length, ref));
    if (status === Status.Failed) throw this.error();
    if (status === Status.Replaced) this.replaced(event);
    return status !== Status.Dropped;
  }

  /** Makes what an interceptor in Go passed on, instead of the event, this event's. */
  private replaced(event: BusEvent): void {
    const ref = this.memory.outputNumber();
    const fields = this.memory.outputStrings();
    const topic = fields.pop()!;
    try {
      const { script } = this.host.kernel.dispatcher.find(topic);
      (event as { topic: string }).topic = topic;
      if (fields.length > 0) describe(event, optionsOf(fields));
      if (ref === 0) return;
      (event as { ref: number }).ref = ref;
      (event as { data: unknown }).data = script ? this.decode(event) : undefined;
    } catch (error) {
      this.release(ref);
      throw error;
    }
  }

  private subscriberOf(id: number, topic: string): Subscriber | undefined {
    if (id >= GO_SUBSCRIBER) return this.subscriber(id - GO_SUBSCRIBER & ~GO_RESPONDER, topic, (id & GO_RESPONDER) !== 0);
    return id >= GROUP ? this.first('group')?.(id - GROUP, topic) : this.scriptSubscriber(id);
  }

  private scriptSubscriber(id: number): Subscription | undefined {
    const subscription = id > FIRST_RUNNER ? this.withPolicies.get(id) : this.host.kernel.registry.records[id];
    return subscription?.active ? subscription : undefined;
  }

  private subscriber(handle: number, topic: string, responder: boolean): GoSubscriber | undefined {
    let at = this.names.get(handle);
    if (at === undefined) {
      this.readNames();
      at = this.names.get(handle) ?? { pattern: topic, name: undefined, order: 0, responder };
    }
    const { pattern, name, order } = at;
    const wild = pattern !== topic;
    const given = wild ? topic : '';
    const subscriber = { handle, order, pattern, name, wild, responder, used: true, deliver: (_data: unknown, event: BusEvent): unknown => this.call(handle, given, event) };
    if (!responder) return subscriber;
    const deliver = this.first('responder')?.(subscriber, given);
    return deliver && Object.assign(subscriber, { deliver });
  }

  private call(handle: number, topic: string, event: BusEvent): void {
    if (!this.alive) { // the delivery began before the instance died; the supervisor has said so
      this.host.kernel.dispatcher.delivered--;
      this.host.kernel.counts.dropped++;
      this.host.kernel.observers.dropped(event, undefined, 'pending');
      return;
    }
    const { ref: goRef } = event;
    if (goRef !== 0 && event.cause === undefined) return this.called(this.ask(this.go.trolleybus_call, handle, 0, goRef, From.Go, event.seq));
    const length = topic === '' || goRef !== 0 ? 0 : this.memory.write(topic);
    const kind = goRef !== 0 ? From.GoCaused : described(event) ? From.ScriptDescribed : From.Script;
    const nonce = this.next();
    const ref = this.refs.lend(event);
    let result;
    // As `ask`, without its list of numbers: this is what each event for Go costs.
    try {
      result = goRef !== 0 ? this.go.trolleybus_call(handle, ref, goRef, kind, event.seq, nonce)
        : this.go.trolleybus_call(handle, length, ref, kind, event.seq, nonce);
    } catch (error) {
      this.fail(error);
      throw this.death!;
    } finally {
      this.refs.takeBack();
    }
    this.called(this.statusOf(result, nonce));
  }

  /** A handler's failure is what it returned, or that Go died during the call. */
  private called(status: number): void {
    if (!this.alive) throw this.death!;
    this.finish(status);
  }

  /** Runs what Go has asked the page's clock for. */
  private wake(run: Export): void {
    if (this.alive) this.finish(this.ask(run));
  }

  /** Does work of Go's in its turn. */
  private turn(number: number): void {
    if (this.alive) this.finish(this.ask(this.go.trolleybus_turn, number));
  }

  lending(event: BusEvent, call: (ref: number) => number): number {
    const ref = this.refs.lend(event);
    try {
      return call(ref);
    } finally {
      this.refs.takeBack();
    }
  }

  /** Cancels what Go has no use for any more of the page's timers, which would keep a program of Node alive. */
  rest(): void {
    if (this.alive) this.environment.rest(() => this.tell(this.go.trolleybus_rest));
  }

  /** Observers are to be told of Go's subscribers too, or not any more. */
  observe(seen: Seen): void { this.ask(this.go.trolleybus_observe, seen); }

  subscriptions(): Iterable<{ pattern: string; name: string | undefined; order: number; responder: boolean }> {
    this.readNames();
    return this.names.values();
  }

  private readNames(): void {
    this.tell(this.go.trolleybus_subscriptions);
    if (!this.alive) return;
    const parts = this.memory.outputStrings();
    this.names.clear();
    for (let i = 0; i + 4 < parts.length; i += 5) this.names.set(Number(parts[i]), { pattern: parts[i + 1]!, name: parts[i + 2] || undefined, order: Number(parts[i + 3]), responder: parts[i + 4] !== '' });
  }

  close(): void {
    this.tell(this.go.trolleybus_close);
    this.end();
  }

  /** The instance is gone: a new one makes its bridges itself. */
  end(): void {
    this.alive = false;
    this.environment.end();
    for (const end of this.bridges) end();
    for (const crossing of this.crossings) crossing.end?.();
    // Not at once: Go may be on the stack.
    microtask(() => this.letGo());
  }

  /** Decodes the data of an event of Go's for JavaScript's handlers; throws what Go says is wrong with it. */
  decode(event: BusEvent): unknown {
    const kind = this.tell(this.go.trolleybus_encode, event.ref);
    if (!this.alive) throw this.death!;
    return this.decodeKind(kind);
  }

  decodeKind(kind: number): unknown {
    const { memory } = this;
    switch (kind) {
      case Kind.Null: return null;
      case Kind.False: return false;
      case Kind.True: return true;
      case Kind.Number: return memory.outputNumber();
      case Kind.String: return memory.outputString();
      case Kind.Bytes: return memory.outputBytes();
      case Kind.JSON: return JSON.parse(memory.outputString());
      case Kind.Reference: return this.refs.get(memory.outputNumber()).data;
      case Kind.Error: throw this.error();
      default: return this.kinds[kind]?.();
    }
  }

  eventOf(topic: string, seq: number, options: PublishOptions, ref: number): BusEvent {
    const event = this.blank(topic, seq, options);
    try {
      (event as { data: unknown }).data = this.decode({ ref } as BusEvent);
    } finally {
      this.release(ref);
    }
    return event;
  }

  blank(topic: string, seq: number, options: PublishOptions): BusEvent {
    const event = new BusEvent(topic, undefined, seq, this.origin);
    describe(event, options);
    return event;
  }

  /** The event that Go publishes. */
  published(at: number, length: number, ref: number, described: number, exchange?: (topic: string) => Exchange): BusEvent {
    const topic = this.memory.text(at, length);
    const options = described ? optionsOf(this.memory.outputStrings()) : undefined;
    const { dispatcher } = this.host.kernel;
    const event = exchange === undefined ? dispatcher.prepare(topic, undefined, options) : requestOf(dispatcher, topic, undefined, exchange(topic), options);
    const { causeId, via } = options ?? {};
    if (causeId !== undefined) (event as { cause: Cause }).cause = causeFrom(options!);
    // What came by a joint is one more of the chain (D5), and was caused elsewhere.
    if (via !== undefined && event.cause) (event as { cause: object }).cause = { ...event.cause, id: undefined, traceparent: undefined };
    (event as { ref: number }).ref = ref;
    return event;
  }

  encode(value: unknown): number { return encode(this.memory, value); }
  readonly described = described;
  readonly fieldsOf = fieldsOf;
  readonly optionsOf = optionsOf;
  answered(call: () => number): number { return answered(this.memory, call); }
  readonly quietly = quietly;

  publish(event: BusEvent): boolean { return this.host.publishFromGo(event); }

  /** Go may forget the event. */
  release(ref: number): void {
    this.tell(this.go.trolleybus_release, ref);
  }
}
