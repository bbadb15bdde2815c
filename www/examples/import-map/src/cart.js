import { bus } from './bus.js';
import { element, money } from './element.js';

/** Puts the cart into the page. It knows of no catalogue; its subscription ends when it is removed. */
export function openCart(parent) {
  const list = element('ul'), total = element('span', { 'data-testid': 'total' }, money(0));
  const section = element('section', { 'data-testid': 'cart' }, element('h2', {}, 'Cart'), list, element('p', { class: 'total' }, element('span', {}, 'Total'), ' ', total));
  parent.append(section);
  bus.subscribe('cart.changed', (cart) => {
    total.textContent = money(cart.total);
    list.replaceChildren(...cart.lines.map(({ sku, title, quantity, price }) => {
      const remove = element('button', { 'data-testid': 'remove', 'aria-label': `Remove one ${title}` }, 'Remove');
      remove.addEventListener('click', () => bus.publish('cart.remove', { sku }));
      return element('li', { 'data-testid': 'line' },
        element('span', {}, title, element('small', {}, `${quantity} × ${money(price)}`)), element('span', { class: 'price' }, money(quantity * price)), remove);
    }));
  }, { replay: 1, owner: section, name: 'cart' });
  return section;
}
