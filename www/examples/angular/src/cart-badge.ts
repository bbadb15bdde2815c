import { Component } from '@angular/core';
import { injectLastEvent } from './bus';

/** The signal changes with the number, and not with each change of the cart. */
@Component({
  selector: 'cart-badge',
  template: `<span>In the cart: <span class="badge" data-testid="count">{{ count() }}</span></span>`,
})
export class CartBadge {
  readonly count = injectLastEvent('cart.changed', { selector: ({ count }) => count, initial: 0 });
}
