'use client';
import { money } from '../../shared/money';
import { useBus, useLastEvent } from './bus';

/** Knows what is in the cart, and of no catalogue. */
export function Cart() {
  const bus = useBus();
  const cart = useLastEvent('cart.changed');
  return (
    <section data-testid="cart">
      <h2>Cart</h2>
      <ul>
        {cart?.lines.map(({ sku, title, quantity, price }) => (
          <li key={sku} data-testid="line">
            <span>{title}<small>{quantity} × {money(price)}</small></span>
            <span className="price">{money(quantity * price)}</span>
            <button data-testid="remove" aria-label={`Remove one ${title}`} onClick={() => bus.publish('cart.remove', { sku })}>Remove</button>
          </li>
        ))}
      </ul>
      <p className="total"><span>Total</span> <span data-testid="total">{money(cart?.total ?? 0)}</span></p>
    </section>
  );
}
