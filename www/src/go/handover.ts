import type { BusEvent } from '../core/event.js';
import type { Kernel } from '../core/kernel.js';
import type { GoSubscriber, GroupSubscriber } from '../core/subscriber.js';
import type { Subscriber } from '../core/subscriber.js';
import type { PolicyRunner } from '../core/subscription.js';
import { deliverTo, first } from '../core/turns.js';
import type { Port } from './port.js';

/** An event that waits, and for whom. */
interface Waiting {
  readonly event: BusEvent;
  /** Its place in the order of all. */
  at: number;
  /** Go's own subscribers. */
  forGo: boolean;
  readonly runners: PolicyRunner[];
}

interface Call {
  readonly order: number;
  readonly runner?: PolicyRunner;
  readonly go?: GoSubscriber | GroupSubscriber;
}

/**
 * What waited for Go is delivered as one run, in the order of the bus, and what its handlers publish behind it. An
 * instance of Go that dies meanwhile leaves the rest to the next one.
 */
export class Handover {
  private scheduled = false;

  /** `port` is the one that is up. */
  constructor(private readonly kernel: Kernel, private readonly port: () => Port | undefined) {}

  /** Go is up, or something waits although it is: that is delivered ahead of all that is queued, which is younger. */
  begin(): void {
    if (this.scheduled || this.port() === undefined) return;
    this.scheduled = true;
    first(this.kernel.dispatcher, () => {
      this.scheduled = false;
      if (this.port() !== undefined) this.run();
    });
  }

  private run(): void {
    const port = this.port();
    const all = this.take();
    let done = 0;
    try {
      while (done < all.length && this.port() === port) if (!this.deliver(all[done++]!)) done--;
    } finally {
      this.putBack(all.slice(done));
    }
  }

  private take(): Waiting[] {
    const { pending, places, registry } = this.kernel;
    const all = new Map<BusEvent, Waiting>();
    const add = (events: readonly BusEvent[], note: (waiting: Waiting) => void): void => {
      let at = 0;
      for (const event of events) {
        let waiting = all.get(event);
        at = Math.max(at, event.seq, waiting?.at ?? 0);
        if (waiting === undefined) all.set(event, waiting = { event, at, forGo: false, runners: [] });
        waiting.at = at;
        note(waiting);
      }
    };
    const forGo = (waiting: Waiting): void => { waiting.forGo = true; };
    add(pending.events.take(), forGo);
    add(places.requests?.takeWaiting() ?? [], forGo);
    for (const { runner } of registry.all()) if (runner !== undefined) add(runner.waiting.take(), (waiting) => waiting.runners.push(runner));
    return [...all.values()].sort((a, b) => a.at - b.at);
  }

  private putBack(rest: readonly Waiting[]): void {
    const { pending, places } = this.kernel;
    if (pending.limit > 0) {
      const own = rest.filter(({ forGo }) => forGo).map(({ event }) => event);
      for (const event of [...own, ...pending.events.take()]) pending.events.push(event);
    }
    for (const { event, forGo, runners } of rest) {
      if (forGo && event.exchange !== undefined) places.requests?.waitAgain(event.exchange, event);
      for (const each of runners) each.wait(event);
    }
  }

  /** To the subscribers of both sides in their order (D3). False: Go died before anybody got it. */
  private deliver({ event, forGo, runners }: Waiting): boolean {
    const { pending, dispatcher } = this.kernel, port = this.port();
    const passed = forGo ? port!.admission.late(event) : undefined;
    const calls: Call[] = runners.map((runner) => ({ order: runner.subscription.order, runner }));
    if (passed !== undefined) calls.push(...this.callsOfGo(passed, runners));
    if (this.port() !== port) return false; // it died of the question who gets the event
    let lost = false;
    for (const { runner, go } of calls.sort((a, b) => a.order - b.order)) {
      const dead = this.port() !== port;
      if (runner !== undefined) {
        if (!runner.subscription.active) runner.passOn(event);
        else if (dead) runner.wait(event);
        else {
          dispatcher.delivered--;
          deliverTo(dispatcher, runner.subscription, event, () => runner.offer(event));
        }
      } else if (dead) lost = true;
      else deliverTo(dispatcher, go!, passed!, go!.deliver);
    }
    if (lost) pending.lose(event); // an instance that comes makes other subscribers than these
    passed?.exchange?.handedOut(passed);
    return true;
  }

  private callsOfGo(event: BusEvent, runners: readonly PolicyRunner[]): Call[] {
    const calls: Call[] = [];
    let order = 0;
    for (const s of this.kernel.dispatcher.routeOf(event.topic).subscribers) {
      if ('order' in s) order = s.order; // a group's place is that of its first member
      if (isGo(s) && !('queue' in s && runners.some(({ queue }) => queue === s.queue))) calls.push({ order, go: s });
    }
    return calls;
  }
}

/** Whether Go's subscribers are behind it. */
function isGo(s: Subscriber): s is GoSubscriber | GroupSubscriber {
  return 'handle' in s ? s.handle !== 0 : 'mixed' in s && s.mixed === true;
}
