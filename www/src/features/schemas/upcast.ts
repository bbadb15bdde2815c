import { RecursionError, isA } from '../../core/errors.js';
import { reason } from '../../core/told.js';
import { VersionError } from '../../core/feature-errors.js';
import type { BusEvent } from '../../core/event.js';
import type { Upcast } from '../../core/types.js';
import { promised } from './validate.js';

/** The event's data as that of version `current`, brought up step by step; a VersionError where that cannot be had. */
export function upcast(event: BusEvent, current: number, steps: ReadonlyMap<number, Upcast>): unknown {
  const { topic, version = current } = event;
  let { data } = event;
  const wrong = (why: string, options?: ErrorOptions): VersionError => new VersionError(topic, version, current, why, options);
  const from = typeof version === 'number' || /^[1-9]\d*$/.test(version) ? Number(version) : NaN;
  if (!Number.isInteger(from) || from < 1) throw wrong('it is no whole number from 1');
  if (from > current) throw wrong('it is newer');
  for (let at = from; at < current; at++) {
    const step = steps.get(at);
    if (step === undefined) throw wrong(`there is no upcast from ${at}`);
    let failed;
    try {
      data = step(data);
      failed = promised(data) && 'it returned a promise, but publish needs the data at once';
    } catch (error) {
      if (isA(error, RecursionError)) throw error; // of what it published itself
      throw wrong(`the upcast from ${at} failed: ${reason(error)[1]}`, { cause: error });
    }
    if (failed) throw wrong(`the upcast from ${at} failed: ${failed}`);
  }
  return data;
}
