// Names of events that are legal topics, and many that are not.
export const names = [
  'a', 'A', 'a.b', 'a.b.c', '.', '..', 'a..b', '.a', 'a.', '', ' ', 'a b', '\t', '\n', '\u00a0', '\u0000', '\u007f', '*', '**', '>', 'a.>', 'a.*', '$', '$bus.error',
  '%', '%25;', '%20;', '%2e;', '%cut;1', '%for;x', '%symbol;1;x', '\ud800', '\udc00', '\ud83d\ude00', 'é', 'e\u0301', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'undefined', '0',
  'x'.repeat(300), `${'x'.repeat(300)}y`, 'é'.repeat(150), Array(40).fill('t').join('.'), '\ud83d\ude00'.repeat(100), ' '.repeat(100),
  Symbol('x'), Symbol('x'), Symbol(), Symbol(''), Symbol('two words'), Symbol.for('x'), Symbol.for(''), Symbol.for('two words'), Symbol.for('x'.repeat(300)), Symbol.for('undefined'), Symbol('x'.repeat(300)), Symbol.iterator,
];

// Types of mitt's events that are no text. As keys of a Map, each is another than its text.
export const values = [1, 0, -1, 1.5, 1e21, NaN, Infinity, 7n, -7n, true, false, null, undefined, Symbol('v'), {}, [], ['a'], () => {}, new Date(0)];
