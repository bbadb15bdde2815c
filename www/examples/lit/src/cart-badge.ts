import { html, LitElement } from 'lit';
import { LastEventController } from './bus';

/** Updates when the number changes, and not for each change of the cart. */
class CartBadge extends LitElement {
  private readonly count = new LastEventController(this, 'cart.changed', { selector: ({ count }) => count, initial: 0 });

  protected override createRenderRoot() { return this; }

  protected override render() {
    return html`<span>In the cart: <span class="badge" data-testid="count">${this.count.value}</span></span>`;
  }
}

customElements.define('cart-badge', CartBadge);
