import { html, LitElement } from 'lit';

class Shop extends LitElement {
  static override properties = { open: { state: true } };
  declare open: boolean;

  constructor() {
    super();
    this.open = true;
  }

  // The page's style sheet is for all parts of the shop.
  protected override createRenderRoot() { return this; }

  protected override render() {
    return html`
      <div class="shop">
        <header>
          <h1>Books</h1>
          <cart-badge></cart-badge>
          <button data-testid="toggle" aria-expanded=${this.open} @click=${() => this.open = !this.open}>${this.open ? 'Hide' : 'Show'} the cart</button>
        </header>
        <main>
          <book-catalog></book-catalog>
          ${this.open ? html`<book-cart></book-cart>` : ''}
        </main>
      </div>`;
  }
}

customElements.define('book-shop', Shop);
