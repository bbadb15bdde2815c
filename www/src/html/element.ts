import { report } from './report.js';
import type { Shown, Topics } from './topics.js';
import { textOf, valueAt } from './values.js';

/** `<bus-topic name="cart.changed" path="total">`: an element whose text is the last event's, or what its path leads to. */
export function defineBusTopic(topics: Topics): void {
  if (customElements.get('bus-topic') !== undefined) return;
  customElements.define('bus-topic', class extends HTMLElement {
    static observedAttributes = ['name', 'path'];
    private topic = '';
    private shown: Shown | undefined;

    connectedCallback(): void { this.join(); }

    disconnectedCallback(): void { this.leave(); }

    attributeChangedCallback(): void {
      if (this.isConnected) this.join();
    }

    private join(): void {
      this.leave();
      const path = this.getAttribute('path') ?? '';
      this.topic = this.getAttribute('name') ?? '';
      this.shown = { element: this, show: (data) => { this.textContent = textOf(valueAt(data, path)); } };
      try {
        topics.add(this.topic, this.shown);
      } catch (error) {
        report(this, 'name', error);
      }
    }

    private leave(): void {
      if (this.shown !== undefined) topics.remove(this.topic, this.shown);
      this.shown = undefined;
    }
  });
}
