// What takes long goes the whole way in Node alone: pages take several times as long for it, and two browsers open them.
// There a suite tries a part of the cases, each time others, and repeats a tenth as often; with SOAK=1 (make soak) it
// goes the whole way too.
const inPage = typeof document === 'object' && !new URLSearchParams(globalThis.location?.search).has('soak');
const TENTH = 10, QUARTER = 4;

/** How often, or at which distance: `n` in Node, a tenth in a page. */
export const times = (n) => inPage ? Math.ceil(n / TENTH) : n;

/** The one in Node, the other one in a page. */
export const here = (inNode, otherwise) => inPage ? otherwise : inNode;

let turn = 0;

/** All of them in Node, a quarter in a page. */
export function some(all) {
  const first = turn++;
  return inPage ? all.filter((_one, i) => (first + i) % QUARTER === 0) : all;
}
