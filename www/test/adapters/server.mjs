// The adapters as they are on a server, with the frameworks' own rendering: see tools/adapters.mjs.
export { createElement } from 'react';
export { renderToString as renderReact } from 'react-dom/server.edge';
export { createComponent } from 'solid-js';
export { renderToString as renderSolid } from 'solid-js/web';
export * as react from 'trolleybus/react';
export * as solid from 'trolleybus/solid';
export { render as renderSvelte } from 'svelte/server';
export * as svelte from 'trolleybus/svelte';
export { renderToString as renderVue } from 'vue/server-renderer';
export { createSSRApp, h } from 'vue';
export * as vue from 'trolleybus/vue';
export { default as Using } from './svelte/Using.svelte';
export { createBus, pageBus } from 'trolleybus';
