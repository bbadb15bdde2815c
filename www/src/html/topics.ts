import type { Bus } from 'trolleybus';

/** Something in the page that shows the last event of a topic. */
export interface Shown {
  readonly element: Element;
  show(data: unknown): void;
  /** The element has left the page. */
  ended?(): void;
}

interface Entry {
  readonly shown: Set<Shown>;
  readonly off: () => void;
  data: unknown;
}

/** One subscription for each topic that the page shows, while it does. */
export class Topics {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly bus: Bus) {}

  /** Shows the last event, which is the retained one at first, and those that come. */
  add(topic: string, shown: Shown): void {
    let entry = this.entries.get(topic);
    if (entry === undefined) this.entries.set(topic, entry = this.open(topic));
    entry.shown.add(shown);
    if (entry.data !== undefined) shown.show(entry.data);
  }

  remove(topic: string, shown: Shown): void {
    const entry = this.entries.get(topic);
    if (entry?.shown.delete(shown) && entry.shown.size === 0) {
      this.entries.delete(topic);
      entry.off();
    }
  }

  /** Forgets what is not in the page any more. */
  sweep(): void {
    for (const [topic, { shown }] of this.entries) {
      for (const one of shown) {
        if (one.element.isConnected) continue;
        this.remove(topic, one);
        one.ended?.();
      }
    }
  }

  close(): void {
    for (const { off } of this.entries.values()) off();
    this.entries.clear();
  }

  private open(topic: string): Entry {
    const shown = new Set<Shown>();
    const entry: { -readonly [K in keyof Entry]: Entry[K] } = { shown, off: () => {}, data: undefined };
    const handler = (data: unknown): void => {
      entry.data = data;
      for (const one of [...shown]) if (shown.has(one)) one.show(data);
    };
    try {
      entry.off = this.bus.subscribe(topic, handler, { replay: 1, name: 'html' });
    } catch (error) {
      // Without Go there is nothing to be replayed.
      if ((error as { code?: unknown }).code !== 'TB_UNAVAILABLE') throw error;
      entry.off = this.bus.subscribe(topic, handler, { name: 'html' });
    }
    return entry;
  }
}
