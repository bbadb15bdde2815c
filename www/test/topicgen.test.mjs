import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Validator } from '@cfworker/json-schema';
import { assert } from 'chai';
import ts from 'typescript';

const golden = (name) => readFile(new URL(`../../cmd/topicgen/testdata/shop.${name}`, import.meta.url), 'utf8');
const samples = JSON.parse(await golden('samples.json')), schemas = JSON.parse(await golden('schemas.json'));
const place = (name) => fileURLToPath(new URL(name, import.meta.url));
const bus = fileURLToPath(new URL('../src/public.ts', import.meta.url));
const globals = fileURLToPath(new URL('../src/go-wasm-exec.d.ts', import.meta.url));
const library = ts.createCompilerHost({});

/** What tsc --strict says of a program whose files are given, each message with its file. */
function compile(files) {
  const options = {
    strict: true, noEmit: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.es2024.string.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [], paths: { trolleybus: [bus] },
  };
  const text = new Map(Object.entries(files).map(([name, content]) => [place(name), content]));
  const host = {
    ...library,
    fileExists: (name) => text.has(name) || library.fileExists(name),
    readFile: (name) => text.get(name) ?? library.readFile(name),
    getSourceFile: (name, version) => text.has(name) ? ts.createSourceFile(name, text.get(name), version) : library.getSourceFile(name, version),
  };
  const program = ts.createProgram([...text.keys(), globals], options, host);
  return ts.getPreEmitDiagnostics(program).map((d) => `${basename(d.file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`);
}

const isReply = (name) => name.endsWith(' reply');
const typeOf = (name) => isReply(name) ? `Requests[${JSON.stringify(name.slice(0, -6))}]` : `Topics[${JSON.stringify(name.replace('{region}', 'eu'))}]`;
const fileOf = (name) => {
  const topic = [...new TextEncoder().encode(isReply(name) ? name.slice(0, -6) : name)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.{}-]/.test(character) ? character : '%' + byte.toString(16).toUpperCase().padStart(2, '0');
  }).join('');
  return topic + (isReply(name) ? '.reply-schema.json' : '.schema.json');
};
const importing = "import type { Topics, Requests } from './topics.js';\n";
const valueOf = (name, value) => `export const x: ${typeOf(name)} = ${JSON.stringify(value)};`;

test('every topic but that of bytes has samples, and every sample has a schema', () => {
  const missing = Object.keys(schemas).filter((file) => !Object.keys(samples).some((name) => fileOf(name) === file));
  assert.deepEqual(missing, ['photo.schema.json']);
  assert.isAbove(Object.values(samples).flat().length, 50);
});

test('what encoding/json writes is of the types', async () => {
  const values = Object.entries(samples).flatMap(([name, list]) => list.map((value) => importing + valueOf(name, value))).map((text, i) => [`./value-${i}.ts`, text]);
  assert.deepEqual(compile({ './topics.ts': await golden('topics.ts'), ...Object.fromEntries(values) }), []);
});

test('the types fit a bus', async () => {
  const program = importing + `
    import { createBus } from 'trolleybus';
    const bus = createBus<Topics, Requests>();
    type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
    declare function expect<T extends true>(): T;
    bus.subscribe('order.eu.listed', (page) => expect<Equal<typeof page, Topics[\`order.\${string}.listed\`]>>());
    bus.subscribe('pointer', (item) => expect<Equal<typeof item, Topics['pointer']>>());
    bus.publish('photo', new Uint8Array(2));
    const price: Promise<{ cents: number }> = bus.request('price.get', { sku: 'tea' });
    // @ts-expect-error
    bus.publish('stock/été', 'many');
    // @ts-expect-error
    bus.publish('no.such', 1);
    // @ts-expect-error
    void bus.request('price.get', { sku: 7 });
    void price;`;
  assert.deepEqual(compile({ './topics.ts': await golden('topics.ts'), './program.ts': program }), []);
});

test('with -never-nil nothing is null but pointers', async () => {
  const text = await golden('never-nil.ts');
  assert.deepEqual(compile({ './topics.ts': text }), []);
  assert.notMatch(text.replace('export type PInline = {\n  N: number;\n} | null;', ''), /(\]|\}) \| null/);
  assert.match(text, /parent: MainOrder \| null/);
});

describe('what encoding/json writes is valid by the schemas', () => {
  for (const [name, values] of Object.entries(samples)) {
    test(name, () => {
      const schema = schemas[fileOf(name)];
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
      const validator = new Validator(schema, '2020-12', false);
      for (const value of values) assert.deepEqual(validator.validate(value).errors, [], JSON.stringify(value));
    });
  }
});

describe('neither types nor schemas accept', async () => {
  const types = await golden('topics.ts');
  const order = samples['order.placed'].find(({ items, stock }) => items?.length && stock);
  const changes = {
    'a number for text': (o) => { o.id = 7; },
    'a missing member': (o) => { delete o.total; },
    'null for a slice that is left out': (o) => { o.labels = null; },
    'text for a number': (o) => { o.total = '1'; },
    'a number that is quoted': (o) => { o.count = 3; },
    'an item without its price': (o) => { delete o.items[0].price; },
    'a label that is no text': (o) => { o.labels = { a: 1 }; },
    'too many bytes': (o) => { o.sum.push(1); },
    'a status that is not declared': (o) => { o.status = 'gone'; },
    'a level that is not declared': (o) => { o.level = 3; },
    'a count of what is no status': (o) => { o.counts = { gone: 1 }; },
    'a time that is a number': (o) => { o.at = 0; },
    'a member of a struct within': (o) => { o.inline.X = 'x'; },
  };
  const wrong = Object.entries(changes).map(([what, change], i) => {
    const value = structuredClone(order);
    change(value);
    return { what, value, file: `wrong-${i}.ts` };
  });
  const said = compile({ './topics.ts': types, ...Object.fromEntries(wrong.map(({ value, file }) => [`./${file}`, importing + valueOf('order.placed', value)])) });
  for (const { what, value, file } of wrong) {
    test(what, () => {
      assert.isFalse(new Validator(schemas['order.placed.schema.json'], '2020-12', false).validate(value).valid);
      assert.lengthOf(said.filter((message) => message.startsWith(`${file}: `)), 1);
    });
  }
});
