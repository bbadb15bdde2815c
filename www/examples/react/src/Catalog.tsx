import { money } from '../../shared/money';
import { useBus, useLastEvent } from './bus';

/** Knows what the shop sells, and of no cart. */
export function Catalog() {
  const bus = useBus();
  const products = useLastEvent('catalog.changed', { selector: ({ products }) => products, initial: [] });
  return (
    <section>
      <h2>Catalogue</h2>
      <ul>
        {products.map(({ sku, title, author, price }) => (
          <li key={sku} data-testid="product">
            <span>{title}<small>{author}</small></span>
            <span className="price">{money(price)}</span>
            <button data-testid="add" aria-label={`Add ${title}`} onClick={() => bus.publish('cart.add', { sku })}>Add</button>
          </li>
        ))}
      </ul>
    </section>
  );
}
