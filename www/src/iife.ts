import { setDefaultWasm } from './default-wasm.js';
import { start } from './html/index.js';
import { pageBus } from './page.js';
import { optionsOf } from './script-tag.js';

// currentScript is known only while the script is evaluated.
const script = document.currentScript as HTMLScriptElement | null;
setDefaultWasm(() => new URL('trolleybus.wasm', script?.src || document.baseURI));

export * from './public.js';
export { start };

// `data-start` starts the page's bus and joins the attributes of the page to it.
if (script?.dataset['start'] !== undefined) start(document, pageBus(optionsOf(script)));
