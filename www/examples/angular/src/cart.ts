import { Component } from '@angular/core';
import { money } from '../../shared/money';
import { injectBus, injectLastEvent } from './bus';

/** Knows what is in the cart, and of no catalogue. */
@Component({
  selector: 'book-cart',
  template: `
    <section data-testid="cart">
      <h2>Cart</h2>
      <ul>
        @for (line of cart()?.lines; track line.sku) {
          <li data-testid="line">
            <span>{{ line.title }}<small>{{ line.quantity }} × {{ money(line.price) }}</small></span>
            <span class="price">{{ money(line.quantity * line.price) }}</span>
            <button data-testid="remove" [attr.aria-label]="'Remove one ' + line.title" (click)="bus.publish('cart.remove', { sku: line.sku })">Remove</button>
          </li>
        }
      </ul>
      <p class="total"><span>Total</span> <span data-testid="total">{{ money(cart()?.total ?? 0) }}</span></p>
    </section>
  `,
})
export class Cart {
  readonly money = money;
  readonly bus = injectBus();
  readonly cart = injectLastEvent('cart.changed');
}
