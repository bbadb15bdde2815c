import { pageBus } from 'trolleybus';
import type { Topics } from '../../shared/topics';

// The page's bus, with the shop's component in Go.
export const bus = pageBus<Topics>({ wasm: new URL('component.wasm', document.baseURI) });
