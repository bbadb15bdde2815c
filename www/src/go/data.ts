import type { GoData } from '../core/dispatcher.js';
import { UnavailableError } from '../core/errors.js';
import type { BusEvent } from '../core/event.js';
import type { Kernel } from '../core/kernel.js';
import { Route } from '../core/route.js';

/** Where the data are, and who keeps them until the event has been delivered. */
interface Keeper {
  decode(event: BusEvent): unknown;
  release(ref: number): void;
}

/** What becomes of the data of Go's events; `keeper` is the instance that is up. */
export const goData = ({ failures }: Kernel, keeper: () => Keeper | undefined): GoData => ({
  // A JavaScript subscriber may have come after Go published: the data are decoded now, or it gets nothing and an error is reported.
  arrives(route, event) {
    if (!route.script || event.data !== undefined) return route;
    try {
      const go = keeper();
      if (go === undefined) throw new UnavailableError('start', 'the instance of Go that published the event died, and its data with it');
      (event as { data: unknown }).data = go.decode(event);
      return route;
    } catch (error) {
      failures.report(error, { pattern: event.topic, name: undefined }, event);
      return new Route(event.topic, route.subscribers.filter((s) => 'handle' in s));
    }
  },
  leaves(event) { keeper()?.release(event.ref); },
  // Nobody in JavaScript may have wanted them so far.
  shows(event) {
    if (event.data !== undefined) return;
    try {
      (event as { data: unknown }).data = keeper()?.decode(event);
    } catch { /* they have no form in JavaScript */ }
  },
});
