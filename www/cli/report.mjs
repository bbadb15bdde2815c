import { createHash } from 'node:crypto';

/** What the page needs to use the copied files, as text or as JSON. */
export function report({ wasm, scripts }, { module, base, json }) {
  const origin = originOf(base);
  const tag = module ? importMap(scripts, base) : classic(scripts[0], wasm, base, origin);
  const policy = [
    `script-src 'self'${origin && ` ${origin}`} 'wasm-unsafe-eval'${module ? ` '${hash(inner(tag))}'` : ''}`,
    `connect-src 'self'${origin && ` ${origin}`}`,
  ].join('; ');
  if (json) return JSON.stringify({ tag, policy, wasm, scripts }, null, 2);
  const create = `createBus({ integrity: '${wasm.integrity}' })`;
  return `${[wasm.file, ...scripts.flatMap(({ file, map }) => map === undefined ? [file] : [file, map])].map((file) => `copied ${file}`).join('\n')}

${tag}

${module ? `The program's integrity: ${create}, or pageBus with it.\n\n` : ''}Content-Security-Policy: ${policy}`;
}

/** As a policy names it; empty for the page's own. */
function originOf(base) {
  const [, scheme = '', host] = /^(https?:)?\/\/([^/]+)/i.exec(base) ?? [];
  return host === undefined ? '' : scheme ? new URL(base).origin : new URL(`https:${base}`).host;
}

// Fetched across origins, an integrity can be checked only where the server allows it.
function classic({ file, integrity }, wasm, base, origin) {
  return `<script src="${attribute(base + file)}" integrity="${integrity}"${origin && ' crossorigin="anonymous"'} data-integrity="${wasm.integrity}"></script>`;
}

const attribute = (text) => text.replaceAll('&', '&amp;'); // the base has no quote and no angle bracket

function importMap(scripts, base) {
  const url = ({ file }) => /^(https?:|\/)/i.test(base) ? `${base}${file}` : `./${base.replace(/^\.\//, '')}${file}`;
  return `<script type="importmap">${JSON.stringify({
    imports: Object.fromEntries(scripts.filter(({ name }) => name !== undefined).map((script) => [script.name, url(script)])),
    integrity: Object.fromEntries(scripts.map((script) => [url(script), script.integrity])),
  }, null, 2)}</script>`;
}

const inner = (tag) => tag.slice(tag.indexOf('>') + 1, tag.lastIndexOf('<'));

const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
