import { texts } from '../../../../bus/options.json';
import { StoreError } from '../../core/feature-errors.js';
import { wrongText } from '../../core/text.js';
import type { DedupeStorage } from '../../core/policy-types.js';

/** Characters of ids and dates that cross to Go at a time, but for the last one. */
const PART = 100_000;
/** Entries that a storage may have: a page has room for fewer. */
const MOST = 2 ** 24;

/** The dedupe window of one subscription as it is in a storage: a date for each id, under `trolleybus:dedupe:<name>:<id>`. Go keeps its bounds. */
export class DedupeStore {
  // What the storage did not take is here for the next instance of Go.
  private readonly dates = new Map<string, number>();
  private readonly prefix: string;
  private unread = this.dates.entries();
  private failed = false;

  constructor(private readonly storage: DedupeStorage, name: string, private readonly report: (error: StoreError) => void) {
    this.prefix = `trolleybus:dedupe:${name.replace(/[%:]/g, encodeURIComponent)}:`;
    this.read();
  }

  /** Takes over what the storage holds; what is no id of an event, or no date, is removed. */
  read(): void {
    const { dates, prefix } = this;
    this.use((storage) => {
      const keys: string[] = [], { length } = storage;
      if (length > MOST) throw new RangeError(`a storage of ${length} entries`);
      for (let i = 0; i < length; i++) {
        const key = storage.key(i) ?? undefined; // some have no null
        if (key === undefined) break;
        if (key.startsWith(prefix)) keys.push(key);
      }
      for (const key of keys) {
        const id = key.slice(prefix.length), date = storage.getItem(key);
        if (wrongText(id, texts.key) === undefined && /^\d{1,15}$/.test(date!)) dates.set(id, Number(date));
        else storage.removeItem(key);
      }
    });
  }

  /** Ids and dates, some at a time, from the first one on. */
  load(first: boolean): string[] {
    if (first) this.unread = this.dates.entries();
    const part: string[] = [];
    for (let size = 0; size < PART;) {
      const { value, done } = this.unread.next();
      if (done) break;
      part.push(value[0], String(value[1]));
      size += value[0].length + 20;
    }
    return part;
  }

  add(id: string, date: number): void {
    this.dates.set(id, date);
    this.use((storage) => storage.setItem(this.prefix + id, String(date)));
  }

  remove(id: string): void {
    this.dates.delete(id);
    this.use((storage) => storage.removeItem(this.prefix + id));
  }

  /** A storage that is full or forbidden stops nothing, and is reported once. */
  private use(call: (storage: DedupeStorage) => void): void {
    try {
      call(this.storage);
    } catch (error) {
      if (!this.failed) this.report(new StoreError(error));
      this.failed = true;
    }
  }
}
