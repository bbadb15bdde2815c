import type { TrolleybusError, UnavailableError } from '../errors.js';
import type { BusEvent, Exchange } from '../event.js';
import type { PublishOptions } from '../event-fields.js';
import type { Origin } from '../origin.js';
import type { GoSubscriber, Subscriber } from '../subscriber.js';
import type { Deliver, Subscription } from '../subscription.js';
import type { Export, GoExports } from './exports.js';
import type { Memory } from './memory.js';
import type { Refs } from './refs.js';

/** The crossing into one instance of Go, for the features that have something to say to it. */
export interface Crossing {
  readonly go: GoExports;
  readonly memory: Memory;
  readonly refs: Refs;
  readonly origin: Origin;
  readonly alive: boolean;
  /** Why it is not. */
  readonly death: UnavailableError | undefined;
  /** Tells Go of the subscriptions that came and went. */
  flush(): void;
  /** Lets go of timers that Go has no use for any more. */
  rest(): void;
  /** Lets the goroutines run that Go has started. */
  kick(): void;
  /** Calls Go with these numbers and one that its answer repeats; the status. */
  ask(by: Export, ...numbers: number[]): number;
  /** The same for what each event costs. */
  asking(call: (nonce: number) => number): number;
  /** Calls Go for a plain number; 0 if it has died. */
  tell(by: Export, ...numbers: number[]): number;
  telling(call: () => number): number;
  /** Calls with the number of an event that is lent to Go meanwhile. */
  lending(event: BusEvent, call: (ref: number) => number): number;
  /** Encodes a value into the input: `length * 16 + kind`. */
  encode(value: unknown): number;
  /** Whether more is said of an event than its topic. */
  described(event: BusEvent): boolean;
  /** What was read of options, as paths and values. */
  fieldsOf(path: string, value: unknown): string[];
  /** What fields say of an event. */
  optionsOf(fields: readonly string[]): PublishOptions;
  /** Of a call that Go waits for: an error becomes a negative length of code and message in the input. */
  answered(call: () => number): number;
  /** Of a call whose error Go could do nothing with: it is the page's. */
  quietly<A extends unknown[]>(call: (...given: A) => number | void, otherwise?: number): (...given: A) => number;
  /** The error in Go's output. */
  error(): TrolleybusError;
  /** The data of an event of Go's; throws what Go says is wrong with it. */
  decode(event: BusEvent): unknown;
  /** The value in Go's output. */
  decodeKind(kind: number): unknown;
  release(ref: number): void;
  /** An event of Go's that JavaScript has not seen. */
  eventOf(topic: string, seq: number, options: PublishOptions, ref: number): BusEvent;
  /** The same without its data. */
  blank(topic: string, seq: number, options: PublishOptions): BusEvent;
  /** The event that Go publishes. */
  published(at: number, length: number, ref: number, described: number, exchange?: (topic: string) => Exchange): BusEvent;
  /** Takes it to its subscribers; whether its data are needed until it is released. */
  publish(event: BusEvent): boolean;
}

/** A function that Go calls: integers in and out. */
export type Called = (...numbers: any[]) => number;

/** What a feature does of the crossing into one instance. */
export interface FeatureCrossing {
  /** What Go calls. */
  readonly calls?: Readonly<Record<string, Called>>;
  /** How values of its own are read, by their kind. */
  readonly kinds?: Readonly<Record<number, () => unknown>>;
  /** Go has taken over. */
  up?(): void;
  /** What waited for Go has been delivered. */
  settled?(): void;
  /** Go is gone. */
  down?(error: UnavailableError): void;
  /** The instance is gone, or its bus. */
  end?(): void;
  /** Tells Go of a subscription with policies; what Go has against it. */
  introduce?(subscription: Subscription): TrolleybusError | undefined;
  /** A queue group in a route. */
  group?(id: number, topic: string): Subscriber;
  /** What asks a responder of Go's; `topic` is empty where it is its pattern. */
  responder?(at: GoSubscriber, topic: string): Deliver;
  /** Go publishes an event of its own topics. */
  told?(event: BusEvent): void;
  /** An event that something failed with in Go. */
  failed?(fields: string[], ref: number): BusEvent;
}

