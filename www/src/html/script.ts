import { pageBus } from '../page.js';
import type { BusOptions } from '../types.js';
import { report } from './report.js';
import { startHtml } from './start.js';

/** `<script src="trolleybus.iife.js" data-start>`, or `data-start="idle"`: the bus of the page, and its attributes. */
export function startFrom(script: HTMLOrSVGScriptElement | null): void {
  if (script?.dataset.start === undefined) return;
  const { start, wasm, integrity } = script.dataset;
  try {
    startHtml(document, pageBus({ start: (start || 'now') as NonNullable<BusOptions['start']>, ...wasm && { wasm }, ...integrity && { integrity } }));
  } catch (error) {
    report(script, 'data-start', error);
  }
}
