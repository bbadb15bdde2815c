import { createBus, type Bus, type BusOptions, type Failure, type TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { virtualClock, type VirtualClock } from './clock.js';

/** A bus for tests. */
export type TestBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap> = Bus<M, R> & {
  /** The bus's clock, Go's included. */
  readonly clock: VirtualClock;
  /** Every failure of a handler so far, oldest first. */
  readonly failures: Failure[];
};

/** Options of `createTestBus`: those of `createBus`. */
export interface TestBusOptions extends BusOptions {
  /** A clock that the test has already; one of its own when left out. */
  clock?: VirtualClock;
}

/**
 * Makes a bus whose clock is virtual and whose failures are kept. Go is loaded when `ready` is first read, so that tests
 * of plain topics do not wait for it. With `onError` failures go there as well.
 * ```ts
 * const bus = createTestBus<Topics>();
 * bus.clock.advance(1000);
 * ```
 */
export function createTestBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap>(options: TestBusOptions = {}): TestBus<M, R> {
  const { onError, clock = virtualClock(), ...others } = inner.read('createBus', options, 'createTestBus');
  inner.check('virtual clock', 'createTestBus option clock', clock);
  const failures: Failure[] = [];
  const bus = createBus<M, R>({
    start: 'demand',
    ...others,
    clock,
    onError(failure) {
      failures.push(failure);
      onError?.(failure);
    },
  });
  return Object.assign(bus, { clock, failures });
}
