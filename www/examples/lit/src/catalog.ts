import { html, LitElement } from 'lit';
import { LastEventController } from 'trolleybus/lit';
import { money } from '../../shared/money';
import type { Catalog, Product } from '../../shared/topics';
import { bus } from './bus';

/** Knows what the shop sells, and of no cart. */
class BookCatalog extends LitElement {
  private readonly products = new LastEventController(this, 'catalog.changed', { bus, selector: ({ products }: Catalog) => products, initial: [] as Product[] });

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
