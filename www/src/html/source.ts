/** What elements show: the last event of a topic, or the item of a template. */
export class Source {
  data: unknown;
  /** Whether there has been any. */
  known = false;
  private readonly shown = new Set<() => void>();

  /** `left`: called when nobody shows it any more. */
  constructor(private readonly left?: () => void) {}

  set(data: unknown): void {
    this.data = data;
    this.known = true;
    // What one of them does may take others away.
    for (const show of [...this.shown]) if (this.shown.has(show)) show();
  }

  join(show: () => void): () => void {
    this.shown.add(show);
    return () => {
      if (this.shown.delete(show) && this.shown.size === 0) this.left?.();
    };
  }
}
