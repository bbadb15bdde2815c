{
  // Knows what the shop sells, and of no cart.
  trolleybus.pageBus().subscribe('catalog.changed', ({ products }) => {
    document.querySelector('#catalog').replaceChildren(...products.map(({ sku, title, author, price }) => {
      const add = element('button', { 'data-testid': 'add', 'aria-label': `Add ${title}` }, 'Add');
      add.addEventListener('click', () => trolleybus.pageBus().publish('cart.add', { sku }));
      return element('li', { 'data-testid': 'product' },
        element('span', {}, title, element('small', {}, author)), element('span', { class: 'price' }, money(price)), add);
    }));
  }, { replay: 1, name: 'catalog' });
}
