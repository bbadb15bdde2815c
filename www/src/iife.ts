import { startFrom } from './html/script.js';
import { wasmFrom } from './script-tag.js';

// Known only while the script is evaluated.
const { currentScript } = document;
wasmFrom(currentScript);
startFrom(currentScript);

export * from './public.js';
