import { callTarget, get } from './nodes.js';
import { microtask } from '../core/microtask.js';

/** Milliseconds from one frame to the next, where the page does not say. */
export const FRAME = 1000 / 60;

/** Milliseconds after which a frame is not waited for any more: a page that is slow still paints ten times a second. */
const OVERDUE = 100;

/**
 * Whether frames may come here: not in Node nor in most workers, and not while the page is hidden. Where they may, they
 * need not: a frame of another origin that is not displayed is visible and never painted, nor is a worker of a hidden page.
 */
export function mayPaint(): boolean {
  return typeof requestAnimationFrame === 'function' && !isHidden();
}

function isHidden(): boolean {
  if (!globalThis.document) return false;
  const { visibilityState } = document; // a test's, or an element of that name
  return (typeof visibilityState === 'string' ? visibilityState : get(document, 'visibilityState')) === 'hidden';
}

/**
 * Calls `run` before the page paints next, and where it paints nothing, soon all the same: when the page is hidden or
 * no frame has come for a while. Never before this returns; the result cancels the call.
 */
export function nextFrame(run: () => void): () => void {
  let frame: number | undefined;
  let waits = true;
  const page = globalThis.document;
  const cancel = (): void => {
    waits = false;
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
    if (page) callTarget(page, 'removeEventListener', 'visibilitychange', look);
  };
  const call = (): void => {
    if (!waits) return;
    cancel();
    run();
  };
  const look = (): void => {
    if (isHidden()) call();
  };
  const painted = mayPaint();
  const timer = setTimeout(call, painted ? OVERDUE : FRAME);
  if (painted) {
    if (page) callTarget(page, 'addEventListener', 'visibilitychange', look);
    try {
      let asking = true;
      // Those of tests call back at once.
      frame = requestAnimationFrame(() => asking ? microtask(call) : call());
      asking = false;
    } catch {
      // A worker that belongs to no page has the function and may not use it.
    }
  }
  return cancel;
}
