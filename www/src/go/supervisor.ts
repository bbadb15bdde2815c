import { say } from '../core/console.js';
import { UnavailableError, isA, messageOf, release, show } from '../core/errors.js';
import { microtask } from '../core/microtask.js';
import { systemClock } from '../dom/system-clock.js';
import type { WasmSource } from '../core/types.js';
import type { GoExports } from '../core/crossing/exports.js';
import { keyOf, newHost, shared } from '../core/shared.js';
import { isRunning } from '../core/start.js';
import { load, type Attempt, type Program } from './loader.js';
import type { PortHost } from './host.js';
import { Port } from './port.js';
import { checkExports, instantiate } from './program.js';
import { goRuntime, stop, withGlobals, type GoRuntime } from './runtime.js';

const LONGEST_PAUSE = 30_000;
/** An instance that lived this long, in milliseconds, was all right: the next restart is immediate again. */
const STEADY = 10_000;

export interface SupervisorOptions {
  readonly source: () => WasmSource;
  readonly integrity: string | undefined;
  /** Milliseconds that an attempt to bring Go up may take. */
  readonly limit: number;
  /** Begins the ids of events, Go's as well. */
  readonly instance: string;
}

interface Start extends Attempt {
  /** Its time does not run any more. */
  over(): void;
}

/** What the supervisor tells the bus. */
export interface Watcher extends Omit<PortHost, 'died' | 'kick'> {
  /** Go has taken over. */
  up(port: Port): void;
  /** Go is gone; plain topics go on provisionally. */
  down(error: UnavailableError): void;
  restarted(error: UnavailableError, restarts: number): void;
  /** Go could not be started. Another attempt may succeed. */
  unavailable(error: UnavailableError): void;
}

/** Keeps one instance of Go alive: loads it, hands the bus over to it, and starts another when it dies. */
export class Supervisor {
  port: Port | undefined;
  restarts = 0;
  memory: WebAssembly.Memory | undefined;

  private readonly page = shared();
  private readonly host: number;
  private program: Program | undefined;
  private attempt: Promise<void> | undefined;
  /** Ends the attempt that is under way, or the pause before it. */
  private giveUp: ((error: UnavailableError) => void) | undefined;
  private failed = false;
  private closed = false;
  /** An instance that has still to serve its bus. */
  private starting: { exports: GoExports; go: GoRuntime; own: boolean; done: (next?: Promise<void>) => void; failed: (error: UnavailableError) => void } | undefined;
  private go: GoRuntime | undefined;
  private kicked = false;
  private deaths = 0;
  private since = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private warned = false;

  constructor(private readonly options: SupervisorOptions, private readonly watcher: Watcher) {
    this.host = newHost(this.page, (output, orders) => this.attach(output, orders));
  }

  /** Resolves when Go is up. After a failure the next call tries again. */
  ready(): Promise<void> {
    if (this.closed) return Promise.reject(new UnavailableError('closed', 'the bus is closed'));
    if (this.attempt === undefined || (this.failed && this.timer === undefined)) {
      this.failed = false;
      const attempt = this.attempt = this.start();
      attempt.catch((error: unknown) => {
        if (this.attempt === attempt) this.failed = true;
        if (!this.closed) this.watcher.unavailable(error as UnavailableError);
        if (!this.warned && !this.closed) say('warn', `trolleybus: ${(error as Error).message}. Plain topics go on working.`);
        this.warned = true;
      });
    }
    return this.attempt;
  }

  /** One attempt. It settles when Go is up, when it fails, and when it is given up, whatever it waits for. */
  private start(): Promise<void> {
    const controller = new AbortController();
    const { limit } = this.options;
    return new Promise<void>((resolve, reject) => {
      const attempt: Start = { signal: controller.signal, waits: '', over: () => {
        stop();
        if (this.giveUp === giveUp) this.giveUp = undefined;
      } };
      const giveUp = this.giveUp = (error: UnavailableError): void => {
        attempt.over();
        controller.abort(error);
        // A program of another loader's is left alone, and may serve its bus late.
        if (this.starting?.own) this.died(this.starting.go, error);
        reject(error);
      };
      const stop = systemClock.after(limit, () => giveUp(new UnavailableError('timeout', `Go was not up after ${limit} ms (loadTimeout): ${attempt.waits}`)));
      this.launch(attempt).finally(attempt.over).then(resolve, (error: unknown) => reject(isA(error, UnavailableError) ? error
        : new UnavailableError('start', `Go could not be started: ${messageOf(error)}`, { cause: error })));
    });
  }

  private async launch(attempt: Start): Promise<void> {
    const source = this.options.source();
    if (isRunning(source)) return this.adopt(source.go as GoRuntime, source.instance, attempt);
    const { module, where } = this.program ?? await load(source, this.options.integrity, attempt);
    attempt.signal.throwIfAborted();
    this.program = { module, where };
    const go = goRuntime();
    go.env = { TROLLEYBUS_HOST: String(this.host), TROLLEYBUS_REGISTRY: keyOf(this.page) ?? '' };
    const instance = await instantiate(module, go, where);
    attempt.signal.throwIfAborted();
    await this.run(go, instance, attempt);
  }

  private run(go: GoRuntime, instance: WebAssembly.Instance, attempt: Start): Promise<void> {
    const up = this.expect(go, instance, true, attempt);
    withGlobals(() => go.run(instance)).then(
      () => this.died(go, new UnavailableError('start', 'the Go program ended; main must not return before jsbridge.Serve does')),
      (error: unknown) => this.died(go, new UnavailableError('start', `the Go program died: ${messageOf(error)}`, { cause: error })),
    );
    return up;
  }

  /** Waits for a program that another loader runs. It cannot be started again. */
  private adopt(go: GoRuntime, instance: WebAssembly.Instance, attempt: Start): Promise<void> {
    const fits = (member: string, fit: boolean, expected: string, value: unknown): void => {
      if (!fit) throw new UnavailableError('start', `the ${member} of the wasm given is ${show(value)}; expected ${expected}`);
    };
    fits('instance', typeof instance?.exports === 'object' && instance.exports !== null, 'a WebAssembly.Instance', instance);
    checkExports(new Set(Object.keys(instance.exports)), 'the instance given as wasm');
    fits('go', typeof go?._resume === 'function', 'the Go of wasm_exec.js that runs the instance', go);
    if (go.exited) throw new UnavailableError('start', 'the Go program given as wasm has ended, and only its own loader could start it again');
    keyOf(this.page); // puts it where Go looks for it
    this.page.last = this.host; // Go does not know its host's number
    return this.expect(go, instance, false, attempt);
  }

  private expect(go: GoRuntime, instance: WebAssembly.Instance, own: boolean, attempt: Start): Promise<void> {
    const exports = instance.exports as unknown as GoExports;
    attempt.waits = 'the program has not called jsbridge.Serve';
    return new Promise((resolve, failed) => {
      const done = (next?: Promise<void>): void => {
        attempt.over();
        resolve(next);
      };
      if (this.starting?.go !== go) this.prepare(go);
      this.memory = instance.exports.mem as WebAssembly.Memory;
      this.starting = { exports, go, own, done, failed };
    });
  }

  private prepare(go: GoRuntime): void {
    const resume = go._resume;
    go._resume = () => {
      if (go.exited) return;
      try {
        resume.call(go);
      } catch (error) {
        this.died(go, new UnavailableError('start', `the Go program died: ${messageOf(error)}`, { cause: error }));
      }
    };
    const { exit } = go;
    go.exit = (code) => {
      go.exited = true;
      exit.call(go, code);
      // Not at once: Go is still on the stack.
      microtask(() => this.died(go, new UnavailableError('start', `the Go program ended with exit code ${code}; the console says why`)));
    };
  }

  /** Called by jsbridge.Serve through the registry that all copies share. */
  private attach(output: number, orders: number): unknown {
    const { starting } = this;
    if (starting === undefined || this.port !== undefined) return null;
    const { go, exports, done } = starting;
    const port = this.port = this.portOf(exports, output);
    this.go = go;
    this.since = performance.now();
    const { registry } = this.watcher.kernel, base = registry.order;
    registry.order += orders;
    return {
      ...port.calls,
      base,
      instance: this.options.instance,
      features: ` ${this.watcher.kernel.features.join(' ')} `,
      /** Go's side stands: from here on it routes. */
      up: () => {
        this.starting = undefined;
        if (this.failed) { // it took too long, and came all the same
          this.failed = false;
          this.attempt = Promise.resolve();
        }
        try {
          this.watcher.up(port);
        } catch (error) { // Go's frames are below
          port.fail(error);
        }
        done(port.alive ? undefined : this.attempt!);
      },
    };
  }

  // The port may outlive the instance: its functions must know nothing of that, nor share a scope with any that do.
  private portOf(exports: GoExports, output: number): Port {
    const port: Port = new Port(exports, this.memory!, output, {
      ...this.watcher,
      died: (error) => { if (this.port === port) this.died(this.go!, error); },
      kick: () => { if (this.port === port) this.kick(this.go!); },
    });
    return port;
  }

  // Goroutines that a handler started, and the timers that they wait for, run only when Go's scheduler is resumed.
  private kick(go: GoRuntime): void {
    if (this.kicked) return;
    this.kicked = true;
    microtask(() => {
      this.kicked = false;
      if (this.go !== go) return;
      go._resume();
      this.port?.rest();
    });
  }

  private died(go: GoRuntime, error: UnavailableError): void {
    stop(go);
    release(error.cause);
    const { starting } = this;
    if (this.go !== go && starting?.go !== go) return;
    this.port?.end();
    this.go = this.port = this.memory = this.starting = undefined;
    if (starting !== undefined) return starting.failed(error);
    this.watcher.down(error);
    if (performance.now() - this.since > STEADY) this.deaths = 0;
    this.restart(error);
  }

  private restart(error: UnavailableError): void {
    const pause = this.deaths === 0 ? 0 : Math.min(LONGEST_PAUSE, 100 * 2 ** this.deaths);
    this.deaths++;
    this.attempt = new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.start().then(() => {
          this.restarts++;
          this.watcher.restarted(error, this.restarts);
          resolve();
        }, (again: unknown) => {
          reject(again as Error);
          if (!this.closed) this.restart(again as UnavailableError);
        });
      }, pause);
    });
    this.attempt.catch(() => {}); // whoever waits for ready gets it; `down` has said that Go died
  }

  /** Ends the instance, and lets go of it and of its memory. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.page.hosts.delete(this.host);
    this.giveUp?.(new UnavailableError('closed', 'the bus is closed'));
    const { port, go } = this;
    this.port = this.go = this.memory = this.program = this.starting = this.giveUp = undefined;
    if (go === undefined) return;
    microtask(() => go._resume()); // so that jsbridge.Serve returns
    port?.close();
  }
}
