import { For } from 'solid-js';
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
        <For each={cart()?.lines}>{({ sku, title, quantity, price }) => (
          <li data-testid="line">
            <span>{title}<small>{quantity} × {money(price)}</small></span>
            <span class="price">{money(quantity * price)}</span>
            <button data-testid="remove" aria-label={`Remove one ${title}`} onClick={() => bus.publish('cart.remove', { sku })}>Remove</button>
          </li>
        )}</For>
      </ul>
      <p class="total"><span>Total</span> <span data-testid="total">{money(cart()?.total ?? 0)}</span></p>
    </section>
  );
}
