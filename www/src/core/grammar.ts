import { TopicError } from './errors.js';

// The grammar of DESIGN: NATS subjects. Go has the same one; the two are fuzzed against each other.
export const MAX_BYTES = 255;
export const MAX_TOKENS = 32;
/** Begins the topics of dead letters. */
export const DEAD_TOPIC = '$bus.dead.';

const DOT = 46, STAR = 42, GREATER = 62, DOLLAR = 36;
const FORBIDDEN = /[\p{White_Space}\p{Cc}]/u;

/** Throws a TopicError unless `topic` may be published by users. */
export function checkTopic(topic: string): void {
  scan(topic, 'topic');
  if (isReserved(topic)) throw new TopicError(topic, 0, "topics that begin with '$' are published by the bus only", 'topic');
}

/** Whether a topic is one of the bus's own. */
export function isReserved(topic: string): boolean { return topic.charCodeAt(0) === DOLLAR; }

/** Whether users may publish on it. */
export function isTopic(type: string): boolean {
  try {
    checkTopic(type);
    return true;
  } catch (error) {
    if (error instanceof TopicError) return false;
    throw error; // the stack is full
  }
}

/** Throws a TopicError unless `pattern` is one. True when it has a wildcard. */
export function checkPattern(pattern: string): boolean {
  return scan(pattern, 'pattern');
}

/** Names the first mistake, as Go does; a text that is too long is wrong at the character that is too much. */
function scan(input: string, what: 'topic' | 'pattern'): boolean {
  const fail = (position: number, reason: string): never => { throw new TopicError(input, position, reason, what); };
  if (typeof input !== 'string') fail(0, 'is not a string');
  const { length } = input;
  if (length === 0) fail(0, 'is empty');
  // The topic of a dead letter has that of its event behind two more tokens.
  const more = what === 'topic' && input.startsWith(DEAD_TOPIC) ? DEAD_TOPIC.length : 0;
  const most = MAX_BYTES + more;
  let tokens = more > 0 ? -1 : 1, start = 0, wild = false, left = most;
  for (let i = 0; i < length; i++) {
    const c = input.codePointAt(i)!;
    left -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (left < 0) fail(i, `is longer than ${most} bytes`);
    if (c === DOT) {
      if (i === start) fail(i, 'has an empty token');
      if (++tokens > MAX_TOKENS) fail(i, `has more than ${MAX_TOKENS} tokens`);
      start = i + 1;
    } else if (c === STAR || c === GREATER) {
      const sign = input[i];
      if (what === 'topic') fail(i, `'${sign}' belongs in patterns, not in topics`);
      if (i !== start || (i + 1 < length && input.charCodeAt(i + 1) !== DOT)) fail(i, `'${sign}' must be a token of its own`);
      if (c === GREATER && i + 1 < length) fail(i, "'>' must be the last token");
      wild = true;
    } else if (c === 32) {
      fail(i, 'has white space');
    } else if (c < 32 || c >= 127) {
      if (c >= 0xd800 && c <= 0xdfff) fail(i, 'has a lone surrogate');
      if (FORBIDDEN.test(input[i]!)) fail(i, 'has white space or a control character');
      if (c > 0xffff) i++;
    }
  }
  if (start === length) fail(start, 'has an empty token');
  return wild;
}

/** Whether a valid pattern matches a valid topic. A wildcard as first token leaves topics of the bus (`$`) alone. */
export function matches(pattern: string, topic: string): boolean {
  let p = 0, t = 0;
  const first = pattern.charCodeAt(0);
  if ((first === STAR || first === GREATER) && isReserved(topic)) return false;
  for (;;) {
    const sign = pattern.charCodeAt(p);
    if (sign === GREATER) return true;
    if (sign === STAR) {
      p++;
      while (t < topic.length && topic.charCodeAt(t) !== DOT) t++;
    } else {
      while (p < pattern.length && pattern.charCodeAt(p) !== DOT) {
        if (pattern.charCodeAt(p) !== topic.charCodeAt(t)) return false;
        p++;
        t++;
      }
      if (t < topic.length && topic.charCodeAt(t) !== DOT) return false;
    }
    const pEnd = p === pattern.length, tEnd = t === topic.length;
    if (pEnd || tEnd) return pEnd && tEnd;
    p++;
    t++;
  }
}
