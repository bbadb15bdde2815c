// WebAssembly modules that are no programs of Trolleybus, or bad ones, put together by hand.
const size = (n) => n < 128 ? [n] : [n & 127 | 128, ...size(n >> 7)];
const list = (items) => [...size(items.length), ...items.flat()];
const text = (string) => list([...new TextEncoder().encode(string)]);
const section = (id, content) => [id, ...size(content.length), ...content];
const I32 = 0x7f;

/** The functions by which Go's linker and package jsbridge can be known: type and body. */
const GO = { run: [1, [0x01]], resume: [0, [0x01]], getsp: [2, [0x41, 0]] };
const server = (crossing) => ({ trolleybus_buffer: [3, [0x41, 0]], [crossing]: [0, []] });

/** The export by which a program, here its bytes, states its crossing. */
export const crossingOf = (program) => /trolleybus_crossing_[\d.]+_\w{8}/.exec(new TextDecoder('latin1').decode(program))[0];

/** A program that states another one, of the same length. */
export function restated(program, crossing) {
  const bytes = Uint8Array.from(program), stated = crossingOf(program);
  const text = new TextDecoder('latin1').decode(program);
  for (let at = -1; (at = text.indexOf(stated, at + 1)) >= 0;) bytes.set(new TextEncoder().encode(crossing), at);
  return bytes;
}

function moduleOf(functions, imports = []) {
  const names = Object.keys(functions), bodies = Object.values(functions);
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, list([[0x60, 0, 0], [0x60, 2, I32, I32, 0], [0x60, 0, 1, I32], [0x60, 1, I32, 1, I32]])),
    ...section(2, list(imports.map(([module, name]) => [...text(module), ...text(name), 0, 0]))),
    ...section(3, list(bodies.map(([type]) => [type]))),
    ...section(5, list([[0, 1]])),
    ...section(7, list([...names.map((name, i) => [...text(name), 0, i + imports.length]), [...text('mem'), 2, 0]])),
    ...section(10, list(bodies.map(([, body]) => [...size(body.length + 2), 0, ...body, 0x0b]))),
  ]);
}

/** A program whose main waits for something before it serves a bus, and waits for ever. */
export const silent = (crossing) => moduleOf({ ...GO, ...server(crossing) });
export const foreign = () => moduleOf({ main: [0, [0x01]] });
export const withoutBus = () => moduleOf(GO);
export const withImport = (crossing) => moduleOf({ ...GO, ...server(crossing) }, [['env', 'draw']]);
