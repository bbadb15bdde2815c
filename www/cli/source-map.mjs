const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The mappings of a source map (https://tc39.es/ecma426/) for `text` once each key of `renamed` in it has become its value:
 * what follows on the line has another column then. No key contains another one.
 */
export function movedMappings(mappings, text, renamed) {
  const lines = mappings.split(';');
  text.split('\n').forEach((line, number) => {
    const moves = Object.entries(renamed).flatMap(([old, now]) => places(line, old).map((column) => ({ column, by: now.length - old.length })));
    if (moves.length === 0 || !lines[number]) return;
    let column = 0, before = 0;
    // The first field of a segment is the distance to the column of the one before.
    lines[number] = lines[number].split(',').map((segment) => {
      const { value, rest } = decode(segment);
      column += value;
      const now = moves.reduce((sum, move) => move.column < column ? sum + move.by : sum, column);
      const moved = encode(now - before) + rest;
      before = now;
      return moved;
    }).join(',');
  });
  return lines.join(';');
}

function places(line, text) {
  const found = [];
  for (let at = line.indexOf(text); at !== -1; at = line.indexOf(text, at + text.length)) found.push(at);
  return found;
}

// Base64 VLQ: five bits a digit, the least first; the sixth says that another one follows. The lowest bit is the sign.
function decode(text) {
  let value = 0, at = 0, digit;
  do {
    digit = DIGITS.indexOf(text[at]);
    value |= (digit & 31) << (5 * at++);
  } while (digit & 32);
  return { value: value & 1 ? -(value >> 1) : value >> 1, rest: text.slice(at) };
}

function encode(value) {
  let text = '', left = value < 0 ? -value << 1 | 1 : value << 1;
  do {
    const digit = left & 31;
    left >>= 5;
    text += DIGITS[left > 0 ? digit | 32 : digit];
  } while (left > 0);
  return text;
}
