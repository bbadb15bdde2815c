import { fromEvent, map } from 'rxjs';
import { fromBus, toBus } from 'trolleybus/rxjs';
import { money } from '../../shared/money';
import { bus } from './bus';
import { element } from './element';

/** Knows what the shop sells, and of no cart. */
export function catalog(): HTMLElement {
  const list = element('ul');
  fromBus(bus, 'catalog.changed', { replay: 1 }).subscribe(({ products }) => {
    list.replaceChildren(...products.map(({ sku, title, author, price }) => {
      const add = element('button', { 'data-testid': 'add', 'aria-label': `Add ${title}` }, 'Add');
      fromEvent(add, 'click').pipe(map(() => ({ sku }))).subscribe(toBus(bus, 'cart.add'));
      return element('li', { 'data-testid': 'product' },
        element('span', {}, title, element('small', {}, author)), element('span', { class: 'price' }, money(price)), add);
    }));
  });
  return element('section', {}, element('h2', {}, 'Catalogue'), list);
}
