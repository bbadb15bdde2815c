// The facades beside their originals: random programs give the same trace on both. DIFFERENTIAL_ROUNDS=100000 for more.
import NodeEmitter from 'node:events';
import { test } from 'node:test';
import { inspect } from 'node:util';
import originalMitt from 'mitt';
import { createBus } from '../../dist/trolleybus.js';
import EventEmitter from '../../dist/events.js';
import mitt from '../../dist/mitt.js';
import { eventsWith, mitt as mittKind, program, run } from './programs.mjs';
import { randomly } from './random.mjs';

const rounds = Number(process.env.DIFFERENTIAL_ROUNDS ?? 500);
const events = eventsWith(NodeEmitter.errorMonitor);
const bus = createBus({ start: 'demand' });
test.after(() => bus.close());

const text = (value) => inspect(value, { depth: 12, breakLength: 150 });

/** Fails with the first step where they part, and what led there. */
function same(made, got, want) {
  const at = want.findIndex((step, i) => text(step) !== text(got[i]));
  const last = (trace) => text(trace.slice(Math.max(0, at - 6), at + 1));
  if (at >= 0 || got.length !== want.length) throw new Error(`the original gives\n${last(want)}\nand the facade\n${last(got)}\nat ${at} in ${text(made)}`);
}

test(`mitt: ${rounds} programs`, () => randomly(rounds, (random) => {
  const made = program(mittKind, random), emitter = mitt(undefined, { bus });
  same(made, run(made, mittKind, emitter), run(made, mittKind, originalMitt()));
  emitter.all.clear();
  emitter.emit('end'); // by which its subscription ends
}));

/** A subclass that says which of its methods are called, also by the others. */
const recording = (Emitter, calls) => ['on', 'prependListener', 'removeListener', 'removeAllListeners', 'emit'].reduce((Class, method) => {
  const { [method]: original } = Emitter.prototype;
  Class.prototype[method] = function (...parameters) {
    calls.push([method, typeof parameters[0], parameters.length]);
    return original.apply(this, parameters);
  };
  return Class;
}, class extends Emitter {});

test(`events: ${rounds} programs`, () => {
  const { emitWarning } = process;
  let warnings;
  process.emitWarning = ({ name, message, type, count }) => warnings.push([name, message.replace(/\[.*\]/, ''), type, count]);
  try {
    randomly(rounds, (random) => {
      const made = program(events, random), recorded = random.chance(0.5);
      const traceOf = (Emitter, options) => {
        const calls = [];
        warnings = [];
        const emitter = new (recorded ? recording(Emitter, calls) : Emitter)(options), trace = run(made, events, emitter);
        while (emitter.eventNames().length > 0) {
          try { emitter.removeAllListeners('removeListener').removeAllListeners(); } catch { /* what a listener of removeListener throws */ }
        }
        return [...trace, ['calls', calls], ['warnings', warnings]];
      };
      same(made, traceOf(EventEmitter, { bus }), traceOf(NodeEmitter));
    });
  } finally {
    process.emitWarning = emitWarning;
  }
});
