import { get } from './dom/nodes.js';
import { startFrom } from './html/script.js';
import { wasmFrom } from './script-tag.js';

// Known only while the script is evaluated. A worker has none.
const script = globalThis.document ? get(document, 'currentScript') : null;
wasmFrom(script);
startFrom(script);

export * from './public.js';
