import { say } from '../core/console.js';
import { detached } from '../core/event-copies.js';
import { isReserved } from '../core/grammar.js';
import type { Restarted } from '../core/inspection-types.js';
import type { GoMaker, Kernel } from '../core/kernel.js';
import { NOBODY } from '../core/route.js';
import { RESTARTED_TOPIC } from '../core/topics.js';
import { Changes } from './changes.js';
import { goData } from './data.js';
import { Handover } from './handover.js';
import { forgetInterest } from './observed.js';
import type { Port } from './port.js';
import { Supervisor } from './supervisor.js';

/** Joins Go to a bus: what changes there when an instance comes, dies, or can't be had. */
export const goSide: GoMaker = (kernel, options) => {
  const { dispatcher, registry, admission, failures, pending } = kernel;
  let port: Port | undefined;

  /** Routes without Go, of which nothing is kept here: whoever keeps the bus must not keep its memory. */
  const forget = (): void => {
    port?.admission.end();
    port = registry.watcher = undefined;
    kernel.up = false;
    dispatcher.compiler = kernel.provisional;
    dispatcher.reset();
  };
  dispatcher.go = goData(kernel, () => port);
  const handover = new Handover(kernel, () => port);
  kernel.handOver = () => handover.begin();
  kernel.observers.onSeen = (seen) => port?.observe(seen);

  const supervisor = new Supervisor({ ...options, instance: kernel.origin.instance }, {
    kernel,
    publishFromGo: (event) => !isReserved(event.topic) ? (kernel.open(), port!.admission.enter(event)) : publishOwn(kernel, port!, event),
    refused(subscription, error) {
      if (subscription === undefined) return;
      const { runner, pattern } = subscription, events = runner?.waiting.take() ?? [];
      registry.remove(subscription);
      if (runner?.refused !== undefined) return runner.refused(error);
      if (events.length === 0) events.push(kernel.blank(pattern));
      for (const event of events) failures.report(error, subscription, event);
    },
    up(attached) {
      port = attached;
      admission.inGo = attached.admission;
      admission.changed();
      pending.keep = (event) => event.ref !== 0 && event.data === undefined ? undefined : detached(event);
      dispatcher.compiler = attached;
      dispatcher.reset();
      attached.changes = registry.watcher = new Changes(registry, () => attached.flush());
      kernel.up = true;
      kernel.unavailable = undefined;
      for (const crossing of attached.crossings) crossing.up?.();
      attached.flush(); // what Go refuses is told before anything is offered
      if (kernel.observers.seen > 0) attached.observe(kernel.observers.seen);
      handover.begin();
      for (const crossing of attached.crossings) crossing.settled?.();
    },
    down(error) {
      const { crossings = [] } = port ?? {};
      forget();
      for (const crossing of crossings) crossing.down?.(error);
      forgetInterest(kernel.observers);
      say('error', `trolleybus: ${error.message}. Go is started again; plain topics go on working.`);
    },
    unavailable: (error) => kernel.giveUp(error),
    restarted: (error, restarts) => void kernel.announce(RESTARTED_TOPIC, { error, restarts } satisfies Restarted),
  });
  return {
    ready: () => supervisor.ready(),
    close() {
      supervisor.close();
      forget();
    },
    get memory() { return supervisor.memory; },
    get restarts() { return supervisor.restarts; },
    subscriptions: () => supervisor.port?.subscriptions() ?? [],
  };
};

/** What Go's bus says of itself; whether somebody gets it. */
function publishOwn(kernel: Kernel, port: Port, event: Parameters<Kernel['accept']>[0]): boolean {
  const route = kernel.closed ? NOBODY : kernel.dispatcher.routeOf(event.topic);
  if (route.deliver.length === 0) return false;
  try {
    if (route.script) (event as { data: unknown }).data = port.decode(event);
  } catch {
    // Go's subscribers get it all the same: the dispatcher tries again, and reports why JavaScript's do not.
  }
  kernel.accept(event);
  return true;
}
