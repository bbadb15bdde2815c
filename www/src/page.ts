import { createBus as shape } from '../../bus/options.json';
import { composeBus } from './bus.js';
import { say } from './core/console.js';
import { FeatureError } from './core/errors.js';
import { namesOf } from './core/feature.js';
import type { Feature } from './core/feature-types.js';
import type { GoMaker } from './core/kernel.js';
import { readOptions } from './core/options.js';
import { shared } from './core/shared.js';
import type { BusOptions } from './core/types.js';
import { version } from './core/version.js';

/** The bus of the page, whose copy of the package made it, and with what. */
export interface PageBus {
  readonly version: string;
  readonly bus: { close(): Promise<void>; [Symbol.asyncDispose](): Promise<void> };
  readonly options: BusOptions;
  /** Those of a version without this field have all. */
  readonly features?: readonly string[];
}

let own: PageBus | undefined;

/** What the page's bus has where whoever makes it asks for nothing. */
let anyway: readonly Feature[] = [];

/** A copy of the package with all features has been imported. */
export function haveAnyway(features: readonly Feature[]): void { anyway = features; }

/** The one bus of the page, which is to have the features `wanted` and those of the options. `load` is for Go. */
export function thePageBus(options: BusOptions, wanted: readonly Feature[], load: () => Promise<GoMaker>): object {
  options = readOptions('createBus', shape, options);
  const page = shared() as { bus?: PageBus | undefined }, there = typeof page.bus?.version === 'string' ? page.bus : undefined;
  const other = there !== undefined && line(there.version) !== line(version);
  let found = other ? own : there;
  if (found === undefined) {
    if (other) say('warn', `trolleybus: this page has trolleybus ${there!.version} and ${version}, which cannot share a bus, so that each has its own. Let both parts of the page use one version.`);
    found = make(options, load);
    if (other) own = found;
    else page.bus = found;
  } else {
    const missing = namesOf([...wanted, ...options.features ?? []]).find((name) => found!.features?.includes(name) === false);
    if (missing !== undefined) throw new FeatureError('what pageBus() is asked for', missing, 'whoever calls pageBus first decides what the bus of the page has: call this one before that');
    const changed = Object.keys(options).filter((key) => key !== 'features' && differs(key as keyof BusOptions, options, found!.options));
    if (changed.length > 0) say('warn', `trolleybus: the bus of this page exists already, so that ${changed.join(', ')} of pageBus() changed nothing. Call pageBus with options before anything else uses it.`);
  }
  return found.bus;
}

function make(options: BusOptions, load: () => Promise<GoMaker>): PageBus {
  const server = typeof document === 'undefined' && !('WorkerGlobalScope' in globalThis);
  const bus = composeBus(server ? { start: 'demand', ...options } : options, anyway, load) as PageBus['bus'];
  const made: PageBus = { version, bus, options, features: namesOf([...anyway, ...options.features ?? []]) };
  // After a close the next call makes a new one.
  const { close } = bus;
  bus.close = bus[Symbol.asyncDispose] = () => {
    if (shared().bus === made) shared().bus = undefined;
    if (own === made) own = undefined;
    return close();
  };
  return made;
}

/** What has to be equal for two versions to understand each other. */
function line(version: string): string {
  const [major, minor] = version.split('.');
  return major === '0' ? `0.${minor}` : major!;
}

// By their text, since a script that runs again makes its URL and its functions anew.
function differs(key: keyof BusOptions, options: BusOptions, before: BusOptions): boolean {
  return options[key] !== undefined && textOf(options[key]) !== textOf(before[key]);
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return ''; // an object without a prototype
  }
}
