/**
 * Returns a function that asks for one call of `render` in a coming frame, however often it is called before, and
 * not sooner than `pause` milliseconds after the last.
 */
export function perFrame(render: (now: number) => void, pause = 0): () => void {
  let asked = false;
  let last = -Infinity;
  const frame = (now: number): void => {
    if (now - last < pause) return void requestAnimationFrame(frame);
    asked = false;
    last = now;
    render(now);
  };
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(frame);
  };
}

const reduced = matchMedia('(prefers-reduced-motion: reduce)');

/** Whether the visitor wants as little motion as possible. */
export function stillness(): boolean {
  return reduced.matches;
}
