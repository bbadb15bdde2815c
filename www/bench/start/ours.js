import { began } from './begin.js';
import { createBus } from 'trolleybus';

const bus = createBus();
let delivered;
bus.subscribe('start.first', () => { delivered = performance.now(); });
bus.publish('start.first', { id: 1, value: 1 });

globalThis.started = bus.ready.then(() => ({ ready: performance.now() - began, first: delivered - began }));
