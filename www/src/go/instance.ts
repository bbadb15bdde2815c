import { Status, type Export, type GoExports } from '../core/crossing/exports.js';
import { errorOf } from '../core/crossing/fields.js';
import { Memory } from '../core/crossing/memory.js';
import { UnavailableError, messageOf, type TrolleybusError } from '../core/errors.js';
import type { PortHost } from './host.js';

/**
 * A running instance of Go. An exception out of an export means that it is gone; so exports are called with numbers that
 * are there already, by these methods alone, and what cannot be encoded for them is the caller's error.
 */
export class Instance {
  readonly memory: Memory;
  /** A copy, of which nothing is left when the instance is gone. */
  readonly go: GoExports;
  alive = true;
  /** Why it is not alive any more. */
  death: UnavailableError | undefined;
  private nonce = 0;

  constructor(exports: GoExports, wasm: WebAssembly.Memory, output: number, protected readonly host: PortHost) {
    this.go = { ...exports };
    this.memory = new Memory(wasm, output, (size) => this.tell(this.go.trolleybus_buffer, size));
  }

  /** Calls Go with these numbers and one that its answer repeats; the status. */
  ask(by: Export, ...numbers: readonly number[]): number {
    return this.asking((nonce) => by(...numbers, nonce));
  }

  /** The same for what each event costs: a call with a list of numbers takes as long as Go does. */
  asking(call: (nonce: number) => number): number {
    const nonce = this.next();
    let result = 0;
    try {
      if (this.alive) result = call(nonce);
    } catch (error) {
      this.fail(error);
    }
    return this.statusOf(result, nonce);
  }

  /** Calls Go for a plain number; 0 if it has died. */
  tell(by: Export, ...numbers: readonly number[]): number { return this.telling(() => by(...numbers)); }

  telling(call: () => number): number {
    if (!this.alive) return 0;
    try {
      return call();
    } catch (error) {
      this.fail(error);
      return 0;
    }
  }

  /** A failure is what Go wrote into the output. */
  protected finish(status: number): void {
    if (status === Status.Failed) throw this.error();
  }

  // A Go function that blocks returns early with whatever lies there: the nonce tells a real result from that.
  protected statusOf(result: number, nonce: number): number {
    this.host.kick();
    if (!this.alive) return Status.OK;
    if (result >>> 3 === nonce) return result & 7;
    this.fail(new UnavailableError('start', 'a Go handler blocked while JavaScript waited for it (it slept, or waited for a channel or a request); ' +
      'subscribe it with bus.Concurrency(1), or start a goroutine in it'));
    return Status.OK;
  }

  protected next(): number {
    return this.nonce = this.nonce + 1 & 0x0fff_ffff;
  }

  fail(error: unknown): void {
    if (!this.alive) return;
    this.alive = false;
    this.death = error instanceof UnavailableError ? error
      : new UnavailableError('start', `the instance of Go died: ${messageOf(error)}`, { cause: error });
    this.host.died(this.death);
  }

  /** The error that Go wrote into the output. */
  error(): TrolleybusError { return errorOf(this.memory.outputStrings()); }

  /** Lets the goroutines run that Go has started. */
  kick(): void { this.host.kick(); }

  /** Handlers that have not settled and errors that somebody keeps know this port, and must not keep the instance. */
  protected letGo(): void {
    for (const name in this.go) this.go[name as keyof GoExports] = () => 0;
    this.memory.letGo();
  }
}
