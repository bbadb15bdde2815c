import { get } from './dom.js';
import { startFrom } from './html/script.js';
import { wasmFrom } from './script-tag.js';

// Known only while the script is evaluated.
const currentScript = get(document, 'currentScript');
wasmFrom(currentScript);
startFrom(currentScript);

export * from './public.js';
