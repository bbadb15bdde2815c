import { createBus as shape } from '../../bus/options.json';
import { createBus } from './full.js';
import { say } from './core/console.js';
import { shared } from './core/shared.js';
import { inner } from './core/inner.js';
import { INNER } from './core/internal.js';
import { readOptions } from './core/options.js';
import type { Bus } from './bus-types.js';
import type { TopicMap } from './core/topic-types.js';
import type { BusOptions } from './core/types.js';
import { version } from './core/version.js';

/** The bus of the page, whose copy of the package made it, and with what. */
export interface PageBus {
  readonly version: string;
  readonly bus: Bus;
  readonly options: BusOptions;
}

let own: PageBus | undefined;

/**
 * The one bus of the page, for components that nobody hands a bus to. The first call makes it, with its options; later
 * ones, and other copies of the package on the page, get the same one. On a server Go is not loaded unless `ready` is read.
 * A copy of another version shares it where both have the same major version, or minor one below 1.0.0; else a warning
 * names both, and the copy has a bus of its own.
 * @throws OptionError as createBus does.
 */
export function pageBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: BusOptions = {}): Bus<M, R> {
  options = readOptions('createBus', shape, options);
  const page = shared() as { bus?: PageBus | undefined }, there = typeof page.bus?.version === 'string' ? page.bus : undefined;
  const foreign = there !== undefined && line(there.version) !== line(version);
  let found = foreign ? own : there;
  if (found === undefined) {
    if (foreign) say('warn', `trolleybus: this page has trolleybus ${there!.version} and ${version}, which cannot share a bus, so that each has its own. Let both parts of the page use one version.`);
    found = make(options);
    if (foreign) own = found;
    else page.bus = found;
  } else {
    const changed = Object.keys(options).filter((key) => differs(key as keyof BusOptions, options, found!.options));
    if (changed.length > 0) say('warn', `trolleybus: the bus of this page exists already, so that ${changed.join(', ')} of pageBus() changed nothing. Call pageBus with options before anything else uses it.`);
  }
  return found.bus as unknown as Bus<M, R>;
}

Object.defineProperty(pageBus, INNER, { value: inner });
Reflect.set(shared(), 'inner', inner);

function make(options: BusOptions): PageBus {
  const server = typeof document === 'undefined' && !('WorkerGlobalScope' in globalThis);
  const bus = createBus(server ? { start: 'demand', ...options } : options);
  const made: PageBus = { version, bus, options };
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
