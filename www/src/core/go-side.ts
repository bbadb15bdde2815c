import type { WasmSource } from './types.js';

/** What a bus has of Go, which may come later than the bus. */
export interface GoSide {
  /** Resolves when Go is up. After a failure the next call tries again. */
  ready(): Promise<void>;
  close(): void;
  /** Of the instance that is up. */
  readonly memory: WebAssembly.Memory | undefined;
  /** Times that Go was started again after it had died. */
  readonly restarts: number;
  /** What Go's own subscribers have. */
  subscriptions(): Iterable<{ pattern: string; name: string | undefined; order: number; responder: boolean }>;
}

export interface GoOptions {
  readonly source: () => WasmSource;
  readonly integrity: string | undefined;
  /** Milliseconds that an attempt to bring Go up may take. */
  readonly limit: number;
}
