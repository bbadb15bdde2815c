import { pageBus, type Bus, type BusEvent } from 'trolleybus';
import { NOW, type Immediate } from '../now.js';
import { escapeName, unescapeName } from './names.js';

export interface FacadeOptions {
  /** The page's when left out: `pageBus()`. */
  bus?: Bus<any, any>;
  /** What its topics begin with, such as `cart`: emitters of one name are one on the bus. A name of its own when left out. */
  topic?: string;
}

type Name = string | symbol;

interface Emission {
  readonly topic: string;
  readonly name: Name;
  readonly data: unknown;
  failed: boolean;
  failure: unknown;
}

const MAX_NAMES = 1000;
const COUNT = Symbol.for('trolleybus/emitters');
const reported = new WeakSet<object>();
// An emitter that nobody holds any more must not be held by its subscription.
const forgotten = new FinalizationRegistry<() => void>((off) => off());

/**
 * What an emitter of another library's API has on the bus: one subscription to its topics, `<topic>.<name>`, while it
 * has listeners, and the events that it publishes, depth-first and throwing through.
 */
export class Channel {
  private readonly names = new Map<Name, string>();
  /** What is being published and has not come by yet. */
  private emission: Emission | undefined;
  private off: (() => void) | undefined;
  private prefix: string | undefined;
  private bus: (Bus & Immediate) | undefined;

  /** `receive` calls the emitter's listeners; `own`: for its own event, and its caller gets what it throws. */
  constructor(private readonly kind: string, private readonly options: FacadeOptions, private readonly receive: (name: Name, data: unknown, own: boolean) => void) {}

  get opened(): boolean { return this.off !== undefined; }

  /** The topic of an event. */
  topicOf(name: Name): string {
    let topic = this.names.get(name);
    if (topic === undefined) {
      if (this.names.size >= MAX_NAMES) this.names.clear();
      this.prefix ??= this.options.topic ?? `${this.kind}.${number()}`;
      this.names.set(name, topic = `${this.prefix}.${escapeName(name)}`);
    }
    return topic;
  }

  /** There is a listener. */
  open(): void {
    if (this.off !== undefined) return;
    const { options } = this;
    this.topicOf('');
    const held = options.topic === undefined ? new WeakRef<Channel>(this) : { deref: () => this as Channel };
    const { prefix } = this;
    try {
      const off = this.off = this.find().subscribe(`${prefix}.>`, (data, event) => held.deref()?.take(data, event), { name: prefix! });
      if (options.topic === undefined) forgotten.register(this, off, this);
    } catch (error) {
      this.gone(error);
    }
  }

  /** There is none any more. */
  close(): void {
    if (this.off === undefined) return;
    forgotten.unregister(this);
    this.off();
    this.off = undefined;
  }

  /** Publishes an event; the emitter's own listeners are called in its turn. What they throw is thrown here. */
  emit(name: Name, data: unknown): void {
    const topic = this.topicOf(name);
    const { emission: before } = this;
    const emission: Emission = this.emission = { topic, name, data, failed: false, failure: undefined };
    try {
      (this.bus ?? this.find())[NOW](topic, data);
    } catch (error) {
      this.gone(error);
      if (this.emission === emission) this.receive(name, data, true);
    } finally {
      this.emission = before;
    }
    if (emission.failed) throw emission.failure;
  }

  private take(data: unknown, { topic }: BusEvent): void {
    const { emission } = this;
    if (emission !== undefined && emission.topic === topic && Object.is(emission.data, data)) {
      this.emission = undefined;
      try {
        this.receive(emission.name, data, true);
      } catch (error) {
        emission.failed = true;
        emission.failure = error;
      }
      return;
    }
    const name = unescapeName(topic.slice(this.prefix!.length + 1)) ?? [...this.names].find(([, known]) => known === topic)?.[0];
    if (name !== undefined) this.receive(name, data, false);
  }

  private find(): Bus & Immediate {
    return this.bus = (this.options.bus ?? pageBus()) as Bus & Immediate;
  }

  /** A bus that was closed is said once. The emitter goes on without it, or with the next one of the page. */
  private gone(error: unknown): void {
    if ((error as { code?: unknown } | null)?.code !== 'TB_CLOSED') throw error;
    const { bus } = this;
    if (bus === undefined) return;
    if (!reported.has(bus)) console.error(error);
    reported.add(bus);
    this.bus = this.off = undefined;
  }
}

/** Counts the emitters of the page, whatever copy of the package they come from. */
function number(): number {
  const page = globalThis as { [COUNT]?: number };
  return page[COUNT] = (page[COUNT] ?? 0) + 1;
}
