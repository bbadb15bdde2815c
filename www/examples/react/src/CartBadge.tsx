import { useLastEvent } from './bus';

/** Renders again when the number changes, and not for each change of the cart. */
export function CartBadge() {
  const count = useLastEvent('cart.changed', { selector: ({ count }) => count, initial: 0 });
  return <span>In the cart: <span className="badge" data-testid="count">{count}</span></span>;
}
