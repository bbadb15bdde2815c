'use client';
import { pageBus } from 'trolleybus';
import { forBus } from 'trolleybus/react';
import type { Topics } from '../../shared/topics';

// In the browser it loads the shop's component in Go; on the server nothing is loaded or subscribed.
export const { useBus, useEvent, useLastEvent } = forBus(pageBus<Topics>({ wasm: '/component.wasm' }));
