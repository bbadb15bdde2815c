import { finalize, fromEvent, map, type Observable, tap } from 'rxjs';
import { fromBus, toBus } from 'trolleybus/rxjs';
import { money } from '../../shared/money';
import type { Cart } from '../../shared/topics';
import { bus } from './bus';
import { element } from './element';

/** Knows what is in the cart, and of no catalogue. It is in the page as long as somebody is subscribed. */
export function cart(parent: HTMLElement): Observable<Cart> {
  const list = element('ul'), total = element('span', { 'data-testid': 'total' }, money(0));
  const section = element('section', { 'data-testid': 'cart' }, element('h2', {}, 'Cart'), list, element('p', { class: 'total' }, element('span', {}, 'Total'), ' ', total));
  parent.append(section);
  return fromBus(bus, 'cart.changed', { replay: 1 }).pipe(tap((cart) => {
    total.textContent = money(cart.total);
    list.replaceChildren(...cart.lines.map(({ sku, title, quantity, price }) => {
      const remove = element('button', { 'data-testid': 'remove', 'aria-label': `Remove one ${title}` }, 'Remove');
      fromEvent(remove, 'click').pipe(map(() => ({ sku }))).subscribe(toBus(bus, 'cart.remove'));
      return element('li', { 'data-testid': 'line' },
        element('span', {}, title, element('small', {}, `${quantity} × ${money(price)}`)), element('span', { class: 'price' }, money(quantity * price)), remove);
    }));
  }), finalize(() => section.remove()));
}
