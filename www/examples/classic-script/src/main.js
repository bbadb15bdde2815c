{
  const main = document.querySelector('main');
  const toggle = document.querySelector('[data-testid=toggle]');
  const badge = document.querySelector('[data-testid=count]');

  trolleybus.pageBus().subscribe('cart.changed', ({ count }) => badge.textContent = String(count), { replay: 1, name: 'badge' });

  let cart = openCart(main);
  toggle.addEventListener('click', () => {
    if (cart === undefined) cart = openCart(main);
    else cart = void cart.remove(); // and with it its subscription
    toggle.ariaExpanded = String(cart !== undefined);
    toggle.textContent = `${cart === undefined ? 'Show' : 'Hide'} the cart`;
  });
}
