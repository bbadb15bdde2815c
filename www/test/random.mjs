// Random values for property tests, from a seed that a failure names.

/** Calls `check` with so many sources of randomness. */
export function randomly(rounds, check) {
  for (let i = 1; i <= rounds; i++) {
    try {
      check(new Random(i));
    } catch (error) {
      throw new Error(`with seed ${i}: ${error.message}`, { cause: error });
    }
  }
}

const TEXTS = ['a', 'ä', '€', '𝄞', '👩‍👩‍👧', '"', '\\', '/', '<&>', ' ', '%', '\u00a0', '\u2028', '\ufffd', '0', 'constructor', '__proto__', 'aGk='];
const NUMBERS = [0, 1, -1, 0.1, 1e21, 1e-7, 1.7976931348623157e308, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 4294967296];

export class Random {
  constructor(seed) {
    this.state = seed * 2654435761 >>> 0;
  }

  /** mulberry32: from 0 up to 1. */
  next() {
    let t = this.state = this.state + 0x6d2b79f5 >>> 0;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  }

  chance(probability) { return this.next() < probability; }
  integer(from, to) { return from + Math.floor(this.next() * (to - from + 1)); }
  pick(list) { return list[this.integer(0, list.length - 1)]; }
  list(make, most = 5) { return Array.from({ length: this.integer(0, most) }, make); }
  /** Not empty, and of characters that any attribute may have. */
  text() { return this.pick(['x', 'é', '𝄞']) + this.list(() => this.pick(TEXTS)).join(''); }
  hex(length) { return Array.from({ length }, () => this.integer(1, 15).toString(16)).join(''); }
  bytes() { return Uint8Array.from(this.list(() => this.integer(0, 255), 40)); }
  topic() { return [this.pick(['order', 'größe', 'constructor']), ...this.list(() => this.pick(['eu', 'x-1', '𝄞', '__proto__']), 3)].join('.'); }

  /** Anything that JSON has, control characters and integers written as text included. */
  json(depth = 3) {
    const kind = this.integer(0, depth > 0 ? 7 : 5);
    switch (kind) {
      case 0: return null;
      case 1: return this.chance(0.5);
      case 2: return this.pick(NUMBERS);
      case 3: return this.integer(-1e6, 1e6) / this.pick([1, 3, 1000]) || 0;
      case 4: return this.text() + this.pick(['', '\0\n\t\x1f\x7f']);
      case 5: return this.pick(['', '12345678901234567890', '-170141183460469231731687303715884105728']);
      case 6: return this.list(() => this.json(depth - 1));
      default: return Object.fromEntries(this.list(() => [this.text(), this.json(depth - 1)]));
    }
  }
}
