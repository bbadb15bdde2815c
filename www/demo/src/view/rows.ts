/**
 * A list on screen that shows the latest of an endless stream: it keeps `limit` items and as many elements, which it
 * fills anew instead of adding and removing.
 */
export class Rows<T, E extends HTMLElement> {
  private readonly items: T[] = [];
  private readonly elements: E[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly limit: number,
    private readonly create: () => E,
    private readonly fill: (element: E, item: T) => void,
  ) {}

  add(item: T): void {
    this.items.push(item);
    // In batches, since each splice moves all that is kept.
    if (this.items.length > 4 * this.limit) this.items.splice(0, this.items.length - this.limit);
  }

  clear(): void {
    this.items.length = 0;
    this.render();
  }

  /** Shows the latest items, newest first. */
  render(): void {
    const count = Math.min(this.items.length, this.limit);
    while (this.elements.length < count) {
      const element = this.create();
      this.elements.push(element);
      this.list.append(element);
    }
    while (this.elements.length > count) this.elements.pop()!.remove();
    for (let i = 0; i < count; i++) this.fill(this.elements[i]!, this.items[this.items.length - 1 - i]!);
  }
}
