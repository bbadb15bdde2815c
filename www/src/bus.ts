import { createBus as shape } from '../../bus/options.json';
import { fillIn } from './core/absent.js';
import { guardedClock } from './core/clock.js';
import { defaultWasm } from './core/default-wasm.js';
import { OptionError } from './core/errors.js';
import { definitionsOf } from './core/feature.js';
import type { Feature } from './core/feature-types.js';
import { INTEGRITY, isIntegrity } from './core/integrity.js';
import { Kernel, type GoMaker } from './core/kernel.js';
import { coreMembers } from './core/members.js';
import { addChecks, readOptions } from './core/options.js';
import type { Part } from './core/part.js';
import { providedGo } from './core/provided-go.js';
import { begin, isRunning } from './core/start.js';
import type { BusOptions } from './core/types.js';
import { isAttached, whenRemoved } from './dom/owner.js';
import { joinDOM } from './dom/part.js';
import { systemClock } from './dom/system-clock.js';

/** Milliseconds. */
const LOAD_TIMEOUT = 30_000;

/** Composes a bus: what every bus has, and the features that there are anyway or were given. `load` is for Go. */
export function composeBus(given: BusOptions | undefined, there: readonly Feature[], load: () => Promise<GoMaker>): object {
  const { wasm, integrity = wasm === undefined ? defaultWasm.integrity : undefined, loadTimeout = LOAD_TIMEOUT, features = [], ...options }: BusOptions = given === undefined ? {} : readOptions('createBus', shape, given);
  const definitions = definitionsOf(features, there);
  // Components are what the page is about; the default program can wait for the page.
  const named = wasm !== undefined || defaultWasm.named, { start = named ? 'now' : 'idle' } = options;
  if (integrity !== undefined && !isIntegrity(integrity)) throw new OptionError('data-integrity', INTEGRITY, integrity);
  const running = isRunning(wasm), maker = providedGo();
  // It may serve its bus in the next statement.
  if (running && maker === undefined) throw new OptionError('createBus option wasm', "import 'trolleybus/go' with a program that another loader runs", wasm);
  const kernel = new Kernel({
    name: options.name, dev: options.dev ?? false, random: options.random ?? Math.random, onError: options.onError,
    clock: options.clock === undefined ? systemClock : guardedClock(options.clock),
    maxPending: options.maxPending ?? (named ? 1024 : 0), components: wasm !== undefined,
    program: { source: () => typeof wasm === 'function' ? wasm() : wasm ?? defaultWasm.source(), integrity, limit: loadTimeout },
    features: definitions.map(({ name }) => name), maker, loadMaker: load, owner: { isAttached, whenRemoved },
  });
  const bus = coreMembers(kernel);
  for (const { join = () => ({}) } of [{ join: joinDOM }, ...definitions]) {
    const part: Part = join(kernel);
    kernel.parts.push(part);
    if (part.members !== undefined) Object.defineProperties(bus, Object.getOwnPropertyDescriptors(part.members));
  }
  for (const { options, checks } of definitions) {
    kernel.take(options);
    if (checks !== undefined) addChecks(checks);
  }
  begin(running ? 'running' : start, () => kernel.needGo());
  // Who lists the properties of an object, as React's development build does, must not load Go by it.
  return fillIn(Object.defineProperty(bus, 'ready', { get: () => kernel.ready() }), 'bus', kernel.features);
}
