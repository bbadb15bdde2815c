import type { Crossing, FeatureCrossing } from '../../core/crossing/crossing.js';
import { GO_GROUP, Kind, MIXED_GROUP } from '../../core/crossing/exports.js';
import type { Kernel } from '../../core/kernel.js';
import type { GroupSubscriber } from '../../core/subscriber.js';
import { LETTERS_TOPIC } from '../../core/topics.js';
import { matches } from '../../core/grammar.js';
import { Policies } from './in-go.js';
import type { Runner, RunnerHost } from './runner.js';
import { deliverTo, inTurn } from '../../core/turns.js';

/** Policies and dead letters of one instance of Go. */
export function crossing(port: Crossing, host: RunnerHost, kernel: Kernel): FeatureCrossing {
  const { quietly } = port;
  const policies = new Policies(port), { dispatcher, failures, registry } = kernel;

  /** The group in a route: Go chooses the member. */
  const group = (flagged: number, topic: string): GroupSubscriber => {
    const { order } = registry;
    const own = (flagged & GO_GROUP) !== 0, mixed = (flagged & MIXED_GROUP) !== 0, id = flagged & ~(GO_GROUP | MIXED_GROUP);
    const queue = policies.queueOf(id);
    return { group: id, queue, mixed, ...(own && { handle: id }), pattern: topic, name: undefined, wild: true, used: true, deliver: (_data, event) => {
      dispatcher.delivered--;
      if (policies.offerGroup(id, order, event, own)) return;
      // Go died before it said which member gets it.
      const queue = policies.queueOf(id);
      const member = queue === undefined ? undefined : host.members(queue).find(({ subscription: { pattern } }) => matches(pattern, event.topic));
      if (member === undefined) {
        kernel.counts.dropped++;
        kernel.observers.dropped(event, undefined, 'pending');
      } else member.again(event);
    } };
  };

  return {
    group,
    introduce: ({ runner }) => policies.add(runner as Runner),
    told: (event) => { if (event.topic === LETTERS_TOPIC) policies.letterChanged(event); },
    up: () => { host.policies = policies; },
    down: (error) => {
      const held = policies.all(), letters = policies.lostLetters();
      host.policies = undefined;
      for (const runner of held) runner.recover(error);
      for (const change of letters) kernel.announce(LETTERS_TOPIC, change);
    },
    kinds: {
      [Kind.Letter]: () => policies.letter(),
      [Kind.Pressure]: () => policies.state(),
      [Kind.LetterChange]: () => policies.letterChange().change,
    },
    calls: {
      /** An attempt of a subscriber with policies; its place is in the queue. */
      attempt: quietly((number: number, ref: number, call: number, own: number, attempt: number) => {
        const event = own ? policies.taken(number, ref, call) : port.refs.find(ref);
        if (event === undefined) return;
        policies.attempt(number, event, call, attempt, ({ subscription }, work) => inTurn(dispatcher, () => {
          dispatcher.delivered--;
          deliverTo(dispatcher, subscription, event, work);
        }));
      }),
      /** Whether a subscriber with policies wants an event: the length of its keys in the input, or -1. */
      ask: quietly((number: number, ref: number, own: number) =>
        policies.ask(number, own ? policies.taken(number, ref, 0) : port.refs.find(ref), (error, at, event) => failures.report(error, at, event)), -1),
      held: quietly((number: number, ref: number, held: boolean) => policies.held(number, port.refs.find(ref), held)),
      ended: quietly((number: number) => policies.ended(number)),
      /** For observers: the letter in the output is one now (0), was given back (1), or has been deleted (2). */
      observedLetter: quietly((change: number, evicted: boolean) => {
        const letter = policies.letter(), { observers } = kernel;
        if (change === 2) observers.tell('discarded', undefined, letter, Object.freeze({ evicted }));
        else observers.tell(change === 0 ? 'dead' : 'redriven', undefined, letter);
      }),
      /** Of a dedupe window that is in a storage. */
      load: (number: number, from: number) => port.answered(() => policies.load(number, from === 0)),
      store: quietly((number: number, date: number) => policies.store(number, date)),
    },
  };
}
