import { Component, signal } from '@angular/core';
import { Cart } from './cart';
import { CartBadge } from './cart-badge';
import { Catalog } from './catalog';

@Component({
  selector: 'book-shop',
  imports: [Cart, CartBadge, Catalog],
  template: `
    <div class="shop">
      <header>
        <h1>Books</h1>
        <cart-badge />
        <button data-testid="toggle" [attr.aria-expanded]="open()" (click)="open.set(!open())">{{ open() ? 'Hide' : 'Show' }} the cart</button>
      </header>
      <main>
        <book-catalog />
        @if (open()) { <book-cart /> }
      </main>
    </div>
  `,
})
export class Shop {
  readonly open = signal(true);
}
