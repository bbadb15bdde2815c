import { useLastEvent } from './bus';

/** The signal changes with the number, and not with each change of the cart. */
export function CartBadge() {
  const count = useLastEvent('cart.changed', { selector: ({ count }) => count, initial: 0 });
  return <span>In the cart: <span class="badge" data-testid="count">{count()}</span></span>;
}
