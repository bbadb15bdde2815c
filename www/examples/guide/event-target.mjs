import { createBus } from 'trolleybus';

const bus = createBus();

// bus.target is an EventTarget whose event types are topics: for code that knows the DOM and not the bus.
bus.target.addEventListener('cart.clear', (event) => {
  if (event.detail.locked) event.preventDefault();
});
bus.subscribe('cart.>', (data, { topic }) => console.log('bus', topic, data));

const ask = (detail) => bus.target.dispatchEvent(new CustomEvent('cart.clear', { detail, cancelable: true }));
console.log(ask({ locked: false }), ask({ locked: true }));

// A bridge joins another target: an element, a window, a worker's port. What came from it does not go back to it.
const element = new EventTarget();
bus.bridge(element, { from: { click: 'ui.click' }, to: { 'cart.>': true } });
element.addEventListener('cart:changed', ({ detail }) => console.log('element', detail));
bus.subscribe('ui.click', () => console.log('clicked'));
element.dispatchEvent(new Event('click'));
bus.publish('cart.changed', { count: 1 });
await bus.close();

// Output:
// bus cart.clear { locked: false }
// bus cart.clear { locked: true }
// true false
// clicked
// bus cart.changed { count: 1 }
// element { count: 1 }
