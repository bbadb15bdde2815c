import * as trolleybus from '/dist/trolleybus.js';
globalThis.trolleybus = trolleybus;
