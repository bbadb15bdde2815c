import { pageBus } from 'trolleybus';
import { forBus } from 'trolleybus/lit';
import type { Topics } from '../../shared/topics';

// The page's bus, with the shop's component in Go, and its controllers, which know the types of its topics.
export const bus = pageBus<Topics>({ wasm: new URL('component.wasm', document.baseURI) });
export const { LastEventController } = forBus(bus);
