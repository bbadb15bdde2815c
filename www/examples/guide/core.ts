import { createBus } from 'trolleybus/core';
import { keeping } from 'trolleybus/keeping';
import { requests } from 'trolleybus/requests';

interface Topics { 'cart.size': number }
interface Replies { 'price.get': number }

const bus = createBus<Topics, Replies, 'requests' | 'keeping'>({ features: [requests(), keeping()], start: 'demand' });

const size = bus.topic('cart.size', { retain: true });
size.publish(2);
bus.respond('price.get', () => 30);
console.log(size.value, await bus.request('price.get', undefined));

try {
  // @ts-expect-error: of the feature inspection, which is not there
  bus.stats();
} catch (error) {
  console.log((error as { code: string }).code, (error as { feature: string }).feature);
}

// Output:
// 2 30
// TB_FEATURE inspection
