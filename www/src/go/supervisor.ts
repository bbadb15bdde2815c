import { say } from '../console.js';
import { UnavailableError, show } from '../errors.js';
import type { GoExports } from './exports.js';
import { keyOf, newHost, shared } from './global.js';
import { goRuntime, isRunning, load, withGlobals, type GoRuntime, type WasmSource } from './loader.js';
import { Port, type PortHost } from './port.js';

const LONGEST_PAUSE = 30_000;
/** An instance that lived this long, in milliseconds, was all right: the next restart is immediate again. */
const STEADY = 10_000;

export interface SupervisorOptions {
  readonly source: () => WasmSource;
  readonly integrity: string | undefined;
  /** Begins the ids of events, Go's as well. */
  readonly instance: string;
}

/** What the supervisor tells the bus. */
export interface Watcher extends Omit<PortHost, 'died' | 'kick'> {
  /** Go has taken over; `orders`: how many subscriptions it brought. */
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

  private readonly registry = shared();
  private readonly host: number;
  private module: WebAssembly.Module | undefined;
  private attempt: Promise<void> | undefined;
  private failed = false;
  private closed = false;
  private starting: { exports: GoExports; go: GoRuntime; done: (next?: Promise<void>) => void; failed: (error: UnavailableError) => void } | undefined;
  private go: GoRuntime | undefined;
  private kicked = false;
  private deaths = 0;
  private since = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private warned = false;

  constructor(private readonly options: SupervisorOptions, private readonly watcher: Watcher) {
    this.host = newHost(this.registry, (output, orders) => this.attach(output, orders));
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

  private async start(): Promise<void> {
    if (this.closed) throw new UnavailableError('closed', 'the bus is closed');
    const source = this.options.source();
    if (isRunning(source)) return this.adopt(source.go as GoRuntime, source.instance);
    this.module ??= await load(source, this.options.integrity);
    const go = goRuntime();
    go.env = { TROLLEYBUS_HOST: String(this.host), TROLLEYBUS_REGISTRY: keyOf(this.registry) ?? '' };
    const instance = await WebAssembly.instantiate(this.module, go.importObject).catch((error: unknown) => {
      throw new UnavailableError('version', `the wasm file does not fit wasm_exec.js: ${show((error as Error).message)}`, { cause: error });
    });
    await this.run(go, instance);
  }

  private run(go: GoRuntime, instance: WebAssembly.Instance): Promise<void> {
    if (this.closed) throw new UnavailableError('closed', 'the bus is closed');
    const up = this.expect(go, instance);
    withGlobals(() => go.run(instance)).then(
      () => this.died(go, new UnavailableError('start', 'the Go program ended; main must not return before jsbridge.Serve does')),
      (error: unknown) => this.died(go, new UnavailableError('start', `the Go program died: ${show((error as Error)?.message)}`, { cause: error })),
    );
    return up;
  }

  /** Waits for a program that another loader runs. It cannot be started again. */
  private adopt(go: GoRuntime, instance: WebAssembly.Instance): Promise<void> {
    if (go.exited) throw new UnavailableError('start', 'the Go program given as wasm has ended, and only its own loader could start it again');
    keyOf(this.registry); // puts it where Go looks for it
    this.registry.last = this.host; // Go does not know its host's number
    return this.expect(go, instance);
  }

  private expect(go: GoRuntime, instance: WebAssembly.Instance): Promise<void> {
    const exports = instance.exports as unknown as GoExports & { mem: WebAssembly.Memory };
    return new Promise((done, failed) => {
      this.starting = { exports, go, done, failed };
      this.prepare(go, exports);
    });
  }

  private prepare(go: GoRuntime, { mem }: { mem: WebAssembly.Memory }): void {
    this.memory = mem;
    const resume = go._resume;
    go._resume = () => {
      if (go.exited) return;
      try {
        resume.call(go);
      } catch (error) {
        this.died(go, new UnavailableError('start', `the Go program died: ${show((error as Error)?.message)}`, { cause: error }));
      }
    };
    const { exit } = go;
    go.exit = (code) => {
      go.exited = true;
      exit.call(go, code);
      // Not at once: Go is still on the stack.
      queueMicrotask(() => this.died(go, new UnavailableError('start', `the Go program ended with exit code ${code}; the console says why`)));
    };
  }

  /** Called by jsbridge.Serve through the registry that all copies share. */
  private attach(output: number, orders: number): unknown {
    const { starting } = this;
    if (starting === undefined || this.closed) return null;
    this.starting = undefined;
    const { go, exports, done } = starting;
    const port = new Port(exports, this.memory!, output, {
      ...this.watcher,
      died: (error) => this.died(go, error),
      kick: () => this.kick(go),
    });
    this.go = go;
    this.since = performance.now();
    const base = this.watcher.registry.order;
    this.watcher.registry.order += orders;
    return Object.assign(port.calls, {
      base,
      instance: this.options.instance,
      /** Go's side stands: from here on it routes. */
      up: () => {
        this.port = port;
        this.watcher.up(port);
        done(port.alive ? undefined : this.attempt!);
      },
    });
  }

  // Goroutines that a handler started, and the timers that they wait for, run only when Go's scheduler is resumed.
  private kick(go: GoRuntime): void {
    if (this.kicked) return;
    this.kicked = true;
    queueMicrotask(() => {
      this.kicked = false;
      if (this.go === go) go._resume();
    });
  }

  private died(go: GoRuntime, error: UnavailableError): void {
    if (this.starting?.go === go) {
      stop(go);
      this.starting.failed(error);
      this.starting = undefined;
      return;
    }
    if (this.go !== go) return;
    stop(go);
    this.go = undefined;
    this.port?.end();
    this.port = undefined;
    this.memory = undefined;
    if (this.closed) return;
    this.watcher.down(error);
    if (performance.now() - this.since > STEADY) this.deaths = 0;
    this.restart(error);
  }

  private restart(error: UnavailableError): void {
    const pause = this.deaths === 0 ? 0 : Math.min(LONGEST_PAUSE, 100 * 2 ** this.deaths);
    this.deaths++;
    this.attempt = new Promise((resolve, reject) => {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.start().then(() => {
          this.restarts++;
          this.watcher.restarted(error, this.restarts);
          resolve();
        }, (again: unknown) => {
          reject(again as Error);
          if (!this.closed) this.restart(again instanceof UnavailableError ? again : error);
        });
      }, pause);
    });
    this.attempt.catch(() => {}); // whoever waits for ready gets it; `down` has said that Go died
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.registry.hosts.delete(this.host);
    const { port, go } = this;
    this.starting?.failed(new UnavailableError('closed', 'the bus is closed'));
    this.starting = undefined;
    if (port !== undefined && go !== undefined) {
      port.close();
      this.kick(go);
    }
    this.port = undefined;
  }
}

/** Makes sure that nothing resumes a dead instance: wasm_exec.js repeats a timer that Go does not answer for ever. */
function stop(go: GoRuntime): void {
  go.exited = true;
  for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer);
  go._scheduledTimeouts.clear();
}
