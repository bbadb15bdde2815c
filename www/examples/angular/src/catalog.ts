import { Component } from '@angular/core';
import { money } from '../../shared/money';
import { injectBus, injectLastEvent } from './bus';

/** Knows what the shop sells, and of no cart. */
@Component({
  selector: 'book-catalog',
  template: `
    <section>
      <h2>Catalogue</h2>
      <ul>
        @for (product of products(); track product.sku) {
          <li data-testid="product">
            <span>{{ product.title }}<small>{{ product.author }}</small></span>
            <span class="price">{{ money(product.price) }}</span>
            <button data-testid="add" [attr.aria-label]="'Add ' + product.title" (click)="bus.publish('cart.add', { sku: product.sku })">Add</button>
          </li>
        }
      </ul>
    </section>
  `,
})
export class Catalog {
  readonly money = money;
  readonly bus = injectBus();
  readonly products = injectLastEvent('catalog.changed', { selector: ({ products }) => products, initial: [] });
}
