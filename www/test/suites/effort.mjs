// What takes long is done in part: in Node a quarter as often; in pages, which take several times as long for it and which
// two browsers open, a tenth as often, and for some of the cases. SOAK=1 (make soak) goes the whole way in each of them.
const inPage = typeof document === 'object';
const TENTH = 10, QUARTER = 4;

/** Whether all is done. */
export const whole = inPage ? new URLSearchParams(globalThis.location?.search).has('soak') : Boolean(globalThis.process?.env.SOAK);

/** How often, or at which distance: `n`, or a part of it. */
export const times = (n) => whole ? n : Math.ceil(n / (inPage ? TENTH : QUARTER));

// Others in each run, and others each time within one.
let turn = Math.floor(Math.random() * QUARTER);

/** All of them in Node, a quarter in a page. */
export function some(all) {
  const first = turn++;
  return inPage && !whole ? all.filter((_one, i) => (first + i) % QUARTER === 0) : all;
}
