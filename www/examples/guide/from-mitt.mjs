import { pageBus } from 'trolleybus';
import mitt from 'trolleybus/mitt'; // was: from 'mitt'

// Step 1 is the import. Step 2 gives the emitter a name, so that its events have topics that others can know.
const emitter = mitt(new Map(), { topic: 'cart' });
emitter.on('add', ({ sku }) => console.log('emitter', sku));

// Step 3: subscribers move to the bus, one at a time, and get patterns, options and policies.
const bus = pageBus();
bus.subscribe('cart.*', ({ sku }, { topic }) => console.log('bus', topic, sku));
emitter.emit('add', { sku: 'emma' });

// Step 4: publishers move. Handlers that are still the emitter's hear them all the same.
bus.publish('cart.add', { sku: 'walden' });

// Until then emit does as mitt does: at once, and what a handler throws is the caller's.
emitter.on('add', () => { throw new Error('sold out'); });
try {
  emitter.emit('add', { sku: 'dracula' });
} catch (error) {
  console.log(error.message);
}
await bus.close();

// Output:
// emitter emma
// bus cart.add emma
// emitter walden
// bus cart.add walden
// emitter dracula
// bus cart.add dracula
// sold out
