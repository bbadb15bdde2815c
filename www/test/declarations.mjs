// The declarations of the package as they are shipped, read with the compiler of TypeScript.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const www = dirname(dirname(fileURLToPath(import.meta.url)));
export const dist = join(dirname(www), 'dist');

/** The entry points that have declarations: the name by which users import each, and the file. */
export const entries = Object.entries(JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8')).exports)
  .filter(([, target]) => target.types !== undefined)
  .map(([name, target]) => [`trolleybus${name.slice(1)}`, join(dist, target.types)]);

/** Those of a strict project of today; `lib.dom.d.ts` and the like are not ours to check. */
export const options = {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, skipDefaultLibCheck: true, types: [], noEmit: true,
};

const paths = new Map(entries);

/** Finds the package in dist, and what it is used with in `www/node_modules`. */
export function resolve(literals, from) {
  const at = from.startsWith(dist) ? join(www, 'package.ts') : from;
  return literals.map(({ text }) => {
    const file = paths.get(text);
    if (file !== undefined) return { resolvedModule: { resolvedFileName: file, extension: ts.Extension.Dts } };
    return ts.resolveModuleName(text, text.startsWith('.') ? from : at, options, ts.sys);
  });
}

/** A program of all entry points. */
export function program() {
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = resolve;
  return ts.createProgram({ rootNames: entries.map(([, file]) => file), options: { ...options, skipLibCheck: false }, host });
}

/** What `ts.Diagnostic`s say, a line each. */
export const said = (diagnostics) => diagnostics.map(({ file, start, messageText }) =>
  `${file?.fileName}:${file && file.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
