/** One line of two lists side by side; what stands in the place of a missing line says which one. */
export type Line<E, A> =
  | { readonly kind: 'same' | 'skipped'; readonly event: A; readonly expected?: E }
  | { readonly kind: 'missing'; readonly expected: E }
  | { readonly kind: 'extra'; readonly event: A; readonly instead: E | undefined };

/** Up to how many of each list are compared for showing the difference. */
export const MOST = 200;

/** Whether the events are those expected, in this order; `any` stands for any number of them. */
export function agrees<E, A>(expected: readonly E[], events: readonly A[], fits: (expected: E, event: A) => boolean, any: E): boolean {
  // reached[i]: what was expected so far can be the first i events.
  let reached = events.map(() => false);
  reached.unshift(true);
  for (const one of expected) {
    let before = false;
    reached = reached.map((at, i) => {
      if (one === any) return before ||= at;
      return i > 0 && reached[i - 1]! && fits(one, events[i - 1]!);
    });
  }
  return reached[events.length]!;
}

/** Lays the lists side by side with as few differences as there can be. */
export function align<E, A>(expected: readonly E[], events: readonly A[], fits: (expected: E, event: A) => boolean, any: E): Line<E, A>[] {
  const width = events.length;
  // costs[i][j]: how many lines differ from there to the end.
  const costs: number[][] = [...expected, any].map(() => new Array<number>(width + 1).fill(0));
  for (let i = expected.length; i >= 0; i--) {
    for (let j = width; j >= 0; j--) {
      const down = costs[i + 1]?.[j] ?? Infinity, right = costs[i]![j + 1] ?? Infinity;
      let cost = 1 + Math.min(down, right);
      if (i === expected.length) cost = width - j;
      else if (expected[i] === any) cost = Math.min(down, right);
      else if (j < width && fits(expected[i]!, events[j]!)) cost = Math.min(cost, costs[i + 1]![j + 1]!);
      costs[i]![j] = cost;
    }
  }
  const lines: Line<E, A>[] = [];
  let missing: E[] = [];
  for (let i = 0, j = 0; i < expected.length || j < width;) {
    const cost = costs[i]![j]!, one = expected[i], event = events[j]!;
    if (i < expected.length && one === any) {
      missing = [];
      if (costs[i + 1]![j] === cost) i++;
      else lines.push({ kind: 'skipped', event: events[j++]! });
    } else if (i < expected.length && j < width && costs[i + 1]![j + 1] === cost && fits(one!, event)) {
      missing = [];
      lines.push({ kind: 'same', event, expected: one! });
      i++;
      j++;
    } else if (i < expected.length && 1 + costs[i + 1]![j]! === cost) {
      lines.push({ kind: 'missing', expected: one! });
      missing.push(one!);
      i++;
    } else {
      lines.push({ kind: 'extra', event, instead: missing.shift() });
      j++;
    }
  }
  return lines;
}
