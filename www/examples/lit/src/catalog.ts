import { html, LitElement } from 'lit';
import { money } from '../../shared/money';
import { bus, LastEventController } from './bus';

/** Knows what the shop sells, and of no cart. */
class BookCatalog extends LitElement {
  private readonly products = new LastEventController(this, 'catalog.changed', { selector: ({ products }) => products, initial: [] });

  protected override createRenderRoot() { return this; }

  protected override render() {
    return html`
      <section>
        <h2>Catalogue</h2>
        <ul>${this.products.value.map(({ sku, title, author, price }) => html`
          <li data-testid="product">
            <span>${title}<small>${author}</small></span>
            <span class="price">${money(price)}</span>
            <button data-testid="add" aria-label=${`Add ${title}`} @click=${() => bus.publish('cart.add', { sku })}>Add</button>
          </li>`)}
        </ul>
      </section>`;
  }
}

customElements.define('book-catalog', BookCatalog);
