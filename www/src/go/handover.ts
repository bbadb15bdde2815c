import type { Admission } from '../core/admission.js';
import type { BusEvent } from '../core/event.js';
import type { Exchange } from '../features/requests/exchange.js';
import type { GoSubscriber, GroupSubscriber } from '../core/subscriber.js';
import type { RunnerHost } from '../features/policies/runner.js';
import type { Pending } from '../core/pending.js';
import type { Registry } from '../core/registry.js';
import type { Requests } from '../features/requests/requests.js';
import type { Subscriber } from '../core/subscriber.js';
import type { PolicyRunner } from '../core/subscription.js';

/** What the hand-over needs of its bus. */
export interface HandoverHost {
  readonly runners: RunnerHost;
  readonly admission: Admission;
  readonly pending: Pending;
  readonly registry: Registry;
  readonly requests: Requests;
}

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

  constructor(private readonly host: HandoverHost) {}

  /** Go is up, or something waits although it is: that is delivered ahead of all that is queued, which is younger. */
  begin(): void {
    const { runners } = this.host;
    if (this.scheduled || runners.policies === undefined) return;
    this.scheduled = true;
    runners.dispatcher.first(() => {
      this.scheduled = false;
      if (runners.policies !== undefined) this.run();
    });
  }

  /** Go can't be had: what waits for its policies has failed. */
  giveUp(): void {
    const { failures, unavailable } = this.host.runners;
    for (const { runner, active } of this.host.registry.all()) {
      for (const event of runner?.waiting.splice(0) ?? []) if (active) failures.report(unavailable, runner!.subscription, event);
    }
  }

  private run(): void {
    const { runners } = this.host, { policies } = runners;
    const all = this.take();
    let done = 0;
    try {
      while (done < all.length && runners.policies === policies) if (!this.deliver(all[done++]!)) done--;
    } finally {
      this.putBack(all.slice(done));
    }
  }

  private take(): Waiting[] {
    const { pending, requests, registry } = this.host;
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
    add(pending.take(), forGo);
    add(requests.takeWaiting(), forGo);
    for (const { runner } of registry.all()) if (runner !== undefined) add(runner.waiting.splice(0), (waiting) => waiting.runners.push(runner));
    return [...all.values()].sort((a, b) => a.at - b.at);
  }

  private putBack(rest: readonly Waiting[]): void {
    const { pending, requests } = this.host;
    if (pending.limit > 0) pending.putBack(rest.filter(({ forGo }) => forGo).map(({ event }) => event));
    for (const { event, forGo, runners } of rest) {
      if (forGo && event.exchange !== undefined) requests.waitAgain(event.exchange as Exchange, event);
      for (const each of runners) each.wait(event);
    }
  }

  /** To the subscribers of both sides in their order (D3). False: Go died before anybody got it. */
  private deliver({ event, forGo, runners }: Waiting): boolean {
    const { admission, pending, runners: { dispatcher, policies } } = this.host;
    const passed = forGo ? admission.late(event) : undefined;
    const calls: Call[] = runners.map((runner) => ({ order: runner.subscription.order, runner }));
    if (passed !== undefined) calls.push(...this.callsOfGo(passed, runners));
    if (this.host.runners.policies !== policies) return false; // it died of the question who gets the event
    let lost = false;
    for (const { runner, go } of calls.sort((a, b) => a.order - b.order)) {
      const dead = this.host.runners.policies !== policies;
      if (runner !== undefined) {
        if (!runner.subscription.active) runner.passOn(event);
        else if (dead) runner.wait(event);
        else {
          dispatcher.delivered--;
          dispatcher.deliverTo(runner.subscription, event, () => runner.offer(event));
        }
      } else if (dead) lost = true;
      else dispatcher.deliverTo(go!, passed!, go!.deliver);
    }
    if (lost) pending.dropped++; // an instance that comes makes other subscribers than these
    passed?.exchange?.handedOut(passed);
    return true;
  }

  private callsOfGo(event: BusEvent, runners: readonly PolicyRunner[]): Call[] {
    const calls: Call[] = [];
    let order = 0;
    for (const s of this.host.runners.dispatcher.routeOf(event.topic).subscribers) {
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
