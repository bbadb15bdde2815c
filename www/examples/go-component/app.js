import { createBus } from './dist/trolleybus.js';

const bus = createBus({ wasm: 'component.wasm' });

bus.subscribe('cart.total', (total) => {
  document.querySelector('#total').textContent = total;
});

// A click before Go is up is not lost: it waits for the subscriber in Go.
document.querySelector('#add').addEventListener('click', () => {
  bus.publish('cart.added', { name: 'ticket', price: 3 });
});
