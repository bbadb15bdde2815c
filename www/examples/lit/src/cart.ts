import { html, LitElement } from 'lit';
import { money } from '../../shared/money';
import { bus, LastEventController } from './bus';

/** Knows what is in the cart, and of no catalogue. */
class BookCart extends LitElement {
  private readonly cart = new LastEventController(this, 'cart.changed');

  protected override createRenderRoot() { return this; }

  protected override render() {
    const { lines = [], total = 0 } = this.cart.value ?? {};
    return html`
      <section data-testid="cart">
        <h2>Cart</h2>
        <ul>${lines.map(({ sku, title, quantity, price }) => html`
          <li data-testid="line">
            <span>${title}<small>${quantity} × ${money(price)}</small></span>
            <span class="price">${money(quantity * price)}</span>
            <button data-testid="remove" aria-label=${`Remove one ${title}`} @click=${() => bus.publish('cart.remove', { sku })}>Remove</button>
          </li>`)}
        </ul>
        <p class="total"><span>Total</span> <span data-testid="total">${money(total)}</span></p>
      </section>`;
  }
}

customElements.define('book-cart', BookCart);
