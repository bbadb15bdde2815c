import { pageBus } from '../full.js';
import type { BusOptions } from '../core/types.js';
import { report } from './report.js';
import { startHtml } from './start.js';

/** `<script src="trolleybus.iife.min.js" data-start>`, or `data-start="now"`: the bus of the page, and its attributes. */
export function startFrom(script: HTMLOrSVGScriptElement | null): void {
  const start = script?.dataset.start;
  if (start === undefined) return;
  try {
    startHtml(document, pageBus(start === '' ? {} : { start: start as NonNullable<BusOptions['start']> }));
  } catch (error) {
    report(script!, 'data-start', error);
  }
}
