import type { Bus } from 'trolleybus';
import { Source } from './source.js';

/** The topics and patterns that elements show: one subscription each, as long as there is an element. */
export class Topics {
  private readonly open = new Map<string, Source>();

  constructor(private readonly bus: Bus) {}

  /** Throws what `subscribe` throws. */
  get(topic: string): Source {
    let source = this.open.get(topic);
    if (source !== undefined) return source;
    source = new Source(() => {
      this.open.delete(topic);
      off();
    });
    const off = this.subscribe(topic, (data) => source.set(data));
    this.open.set(topic, source);
    return source;
  }

  private subscribe(topic: string, handler: (data: unknown) => void): () => void {
    const name = 'html';
    try {
      return this.bus.subscribe(topic, handler, { name, replay: 1 });
    } catch (error) {
      // Without Go there is nothing to be replayed.
      if ((error as { code?: unknown }).code !== 'TB_UNAVAILABLE') throw error;
      return this.bus.subscribe(topic, handler, { name });
    }
  }
}
