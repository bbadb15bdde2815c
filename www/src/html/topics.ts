import { inner } from '../core/inner.js';
import type { Bus, CoreBus } from 'trolleybus';
import { Source } from './source.js';

/** The topics and patterns that elements show: one subscription each, as long as there is an element. */
export class Topics {
  private readonly open = new Map<string, Source>();

  constructor(private readonly bus: CoreBus) {}

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
      return (this.bus as Bus).subscribe(topic, handler, { name, replay: 1 });
    } catch (error) {
      if (!inner.keepsNothing(error)) throw error;
      return this.bus.subscribe(topic, handler, { name });
    }
  }
}
