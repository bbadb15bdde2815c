import { pageBus } from 'trolleybus';
import { forBus } from 'trolleybus/svelte';
import type { Topics } from '../../shared/topics';

// The page's bus, with the shop's component in Go, and its functions, which know the types of its topics.
export const { useBus, useEvent, useLastEvent } = forBus(pageBus<Topics>({ wasm: new URL('component.wasm', document.baseURI) }));
