import type { Overflow } from './policy-types.js';

interface Entry<T> { item: T; readonly key: string | undefined }

/** Gets what is let go or refused, or what another one of its key took the place of. */
export type Gone<T> = (count: 'dropped' | 'coalesced', item: T) => void;

/** What waits, oldest first, and what goes when there is no room for more: the same as that of package bus. */
export class BoundedQueue<T> {
  private entries: Entry<T>[] = [];
  private readonly keyed = new Map<string | undefined, Entry<T>>();

  constructor(readonly limit: number, private readonly policy: NonNullable<Overflow['policy']>, private readonly gone: Gone<T>) {}

  get length(): number { return this.entries.length; }
  /** What came last. */
  get last(): T | undefined { return this.entries.at(-1)?.item; }

  /** Puts an item in, as far as the policy lets it. False: there is no room, which is an error. */
  push(item: T, key?: string): boolean {
    const { limit, policy, keyed } = this, same = keyed.get(key), full = this.length >= limit, strict = policy === 'error';
    if (same !== undefined) {
      const { item: old } = same;
      same.item = item; // in its place
      this.gone('coalesced', old);
    } else if (full && (strict || policy === 'drop-newest')) {
      this.gone('dropped', item);
      return !strict;
    } else {
      const entry = { item, key };
      this.entries.push(entry);
      if (key !== undefined) keyed.set(key, entry);
      for (let over = !full ? 0 : policy === 'latest' ? this.length - 1 : this.length - limit; over > 0; over--) this.gone('dropped', this.shift()!);
    }
    return true;
  }

  /** Takes out the oldest. */
  shift(): T | undefined {
    const entry = this.entries.shift();
    this.keyed.delete(entry?.key);
    return entry?.item;
  }

  /** Takes out all. */
  take(): T[] {
    this.keyed.clear();
    return this.entries.splice(0).map(({ item }) => item);
  }
}
