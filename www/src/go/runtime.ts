import { UnavailableError } from '../core/errors.js';
import { coders } from '../core/crossing/coders.js';
import { evaluate } from 'go:wasm_exec';

/** The part of `wasm_exec.js`'s Go that is used here. */
export interface GoRuntime {
  argv: string[];
  env: Record<string, string>;
  exited: boolean;
  importObject: WebAssembly.Imports;
  exit(code: number): void;
  run(instance: WebAssembly.Instance): Promise<void>;
  _resume(): void;
  _scheduledTimeouts: Map<number, ReturnType<typeof setTimeout>>;
}

const GLOBALS = ['Go', 'fs', 'path', 'process'];
const CODERS = ['TextEncoder', 'TextDecoder'] as const;
let runtime: { Go: new () => GoRuntime; globals: Record<string, unknown> } | undefined;

/** Makes a runtime of Go. `wasm_exec.js` is evaluated once; the globals that it sets are taken away again. */
export function goRuntime(): GoRuntime {
  if (runtime === undefined) {
    const scope = globalThis as Record<string, unknown>;
    const added = missing(GLOBALS);
    const lent = missing(CODERS);
    // An element whose id is one of these names would be taken for it.
    for (const name of added) scope[name] = undefined;
    for (const name of lent) scope[name] = coders()[name];
    try {
      const Go = evaluate() as new () => GoRuntime;
      runtime = { Go, globals: Object.fromEntries(added.map((name) => [name, scope[name]])) };
    } catch (error) {
      throw new UnavailableError('unsupported', `Go cannot run here: ${(error as Error).message}`, { cause: error });
    } finally {
      for (const name of [...added, ...lent]) delete scope[name];
    }
  }
  return new runtime.Go();
}

/** Lets Go start with the globals that it looks up then, and the page have none of them afterwards. */
export function withGlobals<T>(run: () => T): T {
  const scope = globalThis as Record<string, unknown>;
  const added = missing(Object.keys(runtime?.globals ?? {}));
  for (const name of added) scope[name] = runtime!.globals[name];
  try {
    return run();
  } finally {
    for (const name of added) delete scope[name];
  }
}

/** The elements of a page are globals by their ids too, but not properties of its window's own. */
function missing<N extends string>(names: readonly N[]): N[] {
  return names.filter((name) => !Object.hasOwn(globalThis, name));
}

/** Makes sure that nothing resumes a dead instance: wasm_exec.js repeats a timer that Go does not answer for ever. */
export function stop(go: GoRuntime): void {
  go.exited = true;
  for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer);
  go._scheduledTimeouts.clear();
}
