import { textOf } from './format.js';
import { setText, type View } from './view.js';

/** Those in a document, to be told when there is a view for them. */
const connected = new Set<{ refresh(): void }>();

/** Defines `<bus-topic name="cart.changed" path="total" format="minor EUR">`, which shows the last event as text. */
export function defineBusTopic(viewOf: (element: Element) => View | undefined): void {
  if (customElements.get('bus-topic') !== undefined) return;
  customElements.define('bus-topic', class extends HTMLElement {
    static readonly observedAttributes = ['name', 'path', 'format'];
    private off: (() => void) | undefined;

    connectedCallback(): void {
      connected.add(this);
      this.refresh();
    }

    disconnectedCallback(): void {
      connected.delete(this);
      this.refresh();
    }

    attributeChangedCallback(): void {
      if (connected.has(this)) this.refresh();
    }

    refresh(): void {
      const before = this.off;
      const place = `${this.getAttribute('name') ?? ''} ${this.getAttribute('path') ?? ''}`;
      this.off = connected.has(this) && place !== ' '
        ? viewOf(this)?.follow(this, 'name and path', place, (value) => setText(this, textOf(value, this.getAttribute('format'), this))) : undefined;
      before?.(); // last, so that the event of the topic is still known
    }
  });
}

export function refreshBusTopics(): void {
  for (const element of [...connected]) element.refresh();
}
