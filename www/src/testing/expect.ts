import type { Pattern } from 'trolleybus';
import { inner } from '../core/inner.js';
import { matches } from '../core/grammar.js';
import { agrees, align, MOST, type Line } from './align.js';
import { difference, show } from './match.js';
import { eventsOf, type RecordedEvent, type Recording } from './record.js';

/** In a list of what is expected: any number of events, none included. */
export const others: unique symbol = Symbol('others');

/** What is asked of one event; what is left out does not matter. */
export interface ExpectedEvent<N extends string = string, C extends string = N> {
  /** A topic or pattern. */
  topic?: N;
  /**
   * Objects may have more members than are asked for, arrays not more elements. A function within decides by itself, a
   * RegExp tests a string, and asymmetric matchers such as `expect.any(Number)` do as in jest and vitest.
   */
  data?: unknown;
  /** Topic or pattern of the recorded event whose handler published this one; `null`: nothing caused it. */
  causedBy?: C | null;
  /** As `data`. */
  id?: unknown;
  /** As `data`; milliseconds since the epoch. */
  time?: unknown;
  /** As `data`. */
  source?: unknown;
  /** As `data`. */
  subject?: unknown;
  /** As `data`. */
  key?: unknown;
  /** As `data`. */
  version?: unknown;
  /** As `data`. */
  traceparent?: unknown;
  /** As `data`. */
  dataschema?: unknown;
  /** As `data`. */
  datacontenttype?: unknown;
  /** As `data`. */
  extensions?: unknown;
}

/** A topic or pattern, what is asked of an event, a function that decides, or `others`. */
export type Expected<E extends RecordedEvent = RecordedEvent> = string | ExpectedEvent | ((event: E) => boolean) | typeof others;

/** A topic or pattern that matches one of the recorded topics. */
type Among<E extends RecordedEvent, P extends string> = Pattern<Record<E['topic'], any>, P>;

/** What `expectEvents` throws. Has `actual` and `expected` for the diffs of vitest, mocha and node:test, which show them; the message has one for all. */
export class ExpectationError extends Error {
  /** As consoles print it. */
  override readonly name = 'ExpectationError';
  /** As that of Node's assertions, by which its test runner knows them. */
  readonly code = 'ERR_ASSERTION';
  /** What failed, for Node's test runner. */
  readonly operator = 'expectEvents';
  /** Asks mocha for a diff. */
  readonly showDiff = true;

  /** Made by `expectEvents`. */
  constructor(
    message: string,
    /** What came, as far as it differs. */ readonly actual: unknown,
    /** What was expected there. */ readonly expected: unknown,
  ) {
    super(message);
  }
}

/**
 * Checks that the events are those expected, in this order and no others.
 * @throws ExpectationError with the two lists side by side: `-` is missing, `+` was not expected.
 */
export function expectEvents<E extends RecordedEvent, P extends string, N extends string, C extends string>(
  recording: Recording<E> | readonly E[],
  expected: readonly (Among<E, P> | ExpectedEvent<Among<E, N>, Among<E, C>> | ((event: E) => boolean) | typeof others)[],
): void;
export function expectEvents(recording: Recording | readonly RecordedEvent[], expected: readonly Expected[]): void {
  const events = eventsOf(recording);
  inner.check('list', 'expected events', expected);
  for (let i = 0; i < expected.length; i++) checkExpected(expected[i], `expected event ${i}`);
  const fits = (one: Expected, event: RecordedEvent): boolean => wrong(one, event, events) === undefined;
  // Where both agree from the start there is nothing to lay side by side.
  let same = 0;
  while (same < expected.length && same < events.length && expected[same] !== others && fits(expected[same]!, events[same]!)) same++;
  if (agrees(expected.slice(same), events.slice(same), fits, others)) return;
  const lines: Line<Expected, RecordedEvent>[] = [
    ...events.slice(0, same).map((event, i): Line<Expected, RecordedEvent> => ({ kind: 'same', event, expected: expected[i]! })),
    ...align(expected.slice(same, same + MOST), events.slice(same, same + MOST), fits, others),
  ];
  const left = Math.max(expected.length, events.length) - same - MOST;
  const hidden = Math.max(0, same - 3);
  throw new ExpectationError([
    'events are not as expected:',
    ...hidden > 0 ? [`    (${hidden} that are as expected)`] : [],
    ...lines.slice(hidden).map((line) => text(line, events)),
    ...left > 0 ? [`    (up to ${left} more are not compared)`] : [],
  ].join('\n'), lines.flatMap(shown), lines.flatMap(wanted));
}

function checkExpected(expected: unknown, by: string): void {
  if (typeof expected === 'function' || expected === others) return;
  const { topic, causedBy } = typeof expected === 'string' ? { topic: expected } : inner.read('expected event', expected as ExpectedEvent, by);
  if (topic !== undefined) inner.pattern(topic);
  if (causedBy !== undefined && causedBy !== null) inner.pattern(causedBy);
}

function wrong(expected: Expected, event: RecordedEvent, all: readonly RecordedEvent[]): string | undefined {
  if (typeof expected === 'function') return expected(event) ? undefined : `${nameOf(expected)} refuses it`;
  if (typeof expected === 'symbol') return undefined;
  const { topic, causedBy, ...asked } = typeof expected === 'string' ? { topic: expected } : expected;
  if (topic !== undefined && !matches(topic, event.topic)) return `topic is ${event.topic}`;
  for (const [name, value] of Object.entries(asked)) {
    if (value === undefined && name !== 'data') continue;
    const found = difference(value, event[name as keyof RecordedEvent], name);
    if (found !== undefined) return found;
  }
  return causedBy === undefined ? undefined : wrongCause(causedBy, event, all);
}

function wrongCause(causedBy: string | null, { causationId }: RecordedEvent, all: readonly RecordedEvent[]): string | undefined {
  if (causationId === undefined) return causedBy === null ? undefined : 'nothing caused it';
  const cause = all.find(({ id }) => id === causationId);
  if (causedBy !== null && cause !== undefined && matches(causedBy, cause.topic)) return undefined;
  return cause === undefined && causedBy !== null ? 'its cause was not recorded' : `caused by ${cause?.topic ?? causationId}`;
}

function nameOf(expected: (event: RecordedEvent) => boolean): string {
  return expected.name || 'the function';
}

function describe(expected: Expected): string {
  if (typeof expected === 'function') return nameOf(expected);
  if (typeof expected === 'symbol') return 'others';
  if (typeof expected === 'string') return expected;
  const { topic = '>', ...asked } = expected;
  return [topic, ...Object.entries(asked).map(([name, value]) => `${name} ${show(value)}`)].join(', ');
}

function text(line: Line<Expected, RecordedEvent>, all: readonly RecordedEvent[]): string {
  if (line.kind === 'missing') return `  - ${describe(line.expected)}`;
  const { event } = line;
  const shown = `${event.topic} ${show(event.data)}`;
  if (line.kind !== 'extra') return `    ${shown}`;
  const reason = line.instead === undefined ? undefined : wrong(line.instead, event, all);
  return `  + ${shown}${reason === undefined ? '' : `   (${reason})`}`;
}

// What agrees is the same on both sides, so that a diff of the two shows what does not.
function shown(line: Line<Expected, RecordedEvent>): unknown[] {
  if (line.kind === 'same') return [line.expected];
  if (line.kind !== 'extra') return [];
  const { topic, data } = line.event;
  return [{ topic, data }];
}

function wanted(line: Line<Expected, RecordedEvent>): unknown[] {
  if (line.kind !== 'same' && line.kind !== 'missing') return [];
  const { expected } = line;
  return [typeof expected === 'string' && line.kind === 'missing' ? { topic: expected } : expected];
}
