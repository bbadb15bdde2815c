const bus = trolleybus.createBus();

// One component: the clicks of a button become events.
bus.bridge(document.querySelector('#add'), {
  from: { click: { topic: 'cart.added', payload: () => ({ item: 'ticket', price: 3 }) } },
});

// Another one. They share a topic, and know nothing of each other.
let count = 0;
bus.subscribe('cart.*', () => {
  count++;
  document.querySelector('#count').textContent = count;
});
