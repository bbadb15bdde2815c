// The adapters as they are on a server, with the frameworks' own rendering: see tools/adapters.mjs.
export { createElement } from 'react';
export { renderToString as renderReact } from 'react-dom/server.edge';
export { createComponent } from 'solid-js';
export { renderToString as renderSolid } from 'solid-js/web';
export * as react from 'trolleybus/react';
export * as solid from 'trolleybus/solid';
export { createBus, pageBus } from 'trolleybus';
