import { microtask } from '../core/microtask.js';
import { textOf } from './format.js';
import { report, wrong } from './report.js';
import { setText, type View } from './view.js';

const NAMES = ['name', 'path', 'format'];

/** Those in a document, to be told when there is a view for them. */
const connected = new Set<{ refresh(): void }>();

/** Defines `<bus-topic name="cart.changed" path="total" format="minor EUR">`, which shows the last event as text. */
export function defineBusTopic(viewOf: (element: Element) => View | undefined): void {
  if (customElements.get('bus-topic') !== undefined) return;
  customElements.define('bus-topic', class extends HTMLElement {
    static readonly observedAttributes = NAMES;
    private off: (() => void) | undefined;

    connectedCallback(): void {
      connected.add(this);
      this.check();
      this.refresh();
    }

    disconnectedCallback(): void {
      connected.delete(this);
      this.refresh();
    }

    attributeChangedCallback(): void {
      if (connected.has(this)) this.refresh();
    }

    private check(): void {
      for (const name of this.getAttributeNames()) {
        if (!NAMES.includes(name) && !isGlobal(this, name)) report(this, name, wrong(`one of ${NAMES.join(', ')}`, name));
      }
      // Who makes it may name its topic right behind that.
      microtask(() => {
        if (connected.has(this) && !this.getAttribute('name') && !this.getAttribute('path')?.startsWith('.')) report(this, 'name', wrong('a topic or pattern', undefined));
      });
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

/** Attributes that any element may have, and those of libraries, whose names are not plain words. */
function isGlobal(element: Element, name: string): boolean {
  if (/[^a-z]|^(class|is|exportparts|item.+)$/.test(name)) return true;
  for (const property in element) if (property.toLowerCase() === name) return true;
  return false;
}

export function refreshBusTopics(): void {
  for (const element of [...connected]) element.refresh();
}
