// The page's part of the tests of package jsbridge: what Go cannot say by itself, such as throwing.
(() => {
  const { go } = globalThis.running;
  const original = { exit: go.exit, resume: go._resume };
  // Buses that are over may have asked for one more turn, and timers for theirs.
  const resume = () => { if (!go.exited) original.resume.call(go); };
  const exit = (code) => {
    for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer);
    go._scheduledTimeouts.clear();
    original.exit.call(go, code);
  };

  return {
    /** A bus that waits for this program; `failures` is what it reported. */
    create(options) {
      const failures = [];
      const bus = trolleybus.createBus({ ...options, wasm: globalThis.running, onError: (failure) => failures.push(failure) });
      return { bus, failures };
    },

    /** Takes off what a bus that is over had put around the program, so that the next one meets it as it was. */
    restore() {
      go._resume = resume;
      go.exit = exit;
    },

    /** A handler that throws what `call` returns, unless that is null. */
    throwing(call) {
      return (data, event) => {
        const error = call(data, event);
        if (error !== null) throw error;
      };
    },

    /** A responder that throws the first of the two that `call` returns, unless that is null, and else returns the second. */
    replying(call) {
      return (data, event) => {
        const [error, reply] = call(data, event);
        if (error !== null) throw error;
        return reply;
      };
    },

    /** A filter that throws what `call` returns, unless that is a boolean. */
    deciding(call) {
      return (data, event) => {
        const answer = call(data, event);
        if (typeof answer !== 'boolean') throw answer;
        return answer;
      };
    },

    /** A function that throws what `call` returns, unless that is text. */
    returning(call) {
      return (data) => {
        const answer = call(data);
        if (typeof answer !== 'string') throw answer;
        return answer;
      };
    },

    /** A schema whose issue is what `check` throws. */
    schema(check) {
      const validate = (value) => {
        try {
          return { value: check(value) };
        } catch ({ message }) {
          return { issues: [{ message }] };
        }
      };
      return { '~standard': { version: 1, vendor: 'test', validate } };
    },

    /** A promise, and how to end it: with an error it is rejected. */
    deferred() {
      let settle;
      const promise = new Promise((resolve, reject) => { settle = (error) => error === null ? resolve() : reject(error); });
      return { promise, settle };
    },

    /** A handler that does what `call` returns: throws an error, or returns a promise. */
    handling(call) {
      return (data, event) => {
        const result = call(data, event);
        if (result instanceof Error) throw result;
        return result ?? undefined;
      };
    },

    /** A clock, of createBus, that stands still until it is advanced. */
    clock() {
      const timers = [];
      let now = 0;
      return {
        now: () => now,
        date: () => Date.UTC(2026, 0) + now,
        after(milliseconds, run) {
          const timer = { at: now + milliseconds, run };
          const i = timers.findLastIndex(({ at }) => at <= timer.at);
          timers.splice(i + 1, 0, timer);
          return () => {
            const i = timers.indexOf(timer);
            if (i >= 0) timers.splice(i, 1);
          };
        },
        /** When the first is due. */
        next: () => timers[0]?.at ?? Infinity,
        /** Calls what is due by then; promises and Go's own work have their turn between two times. */
        to(time) {
          now = Math.max(now, time);
          while (timers[0]?.at <= now) timers.shift().run();
        },
      };
    },

    /** Resolves in a later task of the event loop, when promises have settled. */
    settled: () => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    }),

    error: (code, message) => Object.assign(new Error(message), { code }),
    same: (a, b) => a === b,
    members: (object) => Reflect.ownKeys(object).map(String).sort().join(' '),
    evaluate: (expression) => (0, eval)(`(${expression})`),
  };
})()
