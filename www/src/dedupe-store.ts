import { StoreError } from './errors.js';

/** Entries that cross to Go at a time. */
const PART = 4096;

/** Where a dedupe window outlives the page: `localStorage`, `sessionStorage`, or what else has these of their members. */
export type DedupeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** The dedupe window of one subscription as it is in a storage: a date for each id, under `trolleybus:dedupe:<name>:<id>`. Go keeps its bounds. */
export class DedupeStore {
  // What the storage did not take is here for the next instance of Go.
  private readonly dates = new Map<string, number>();
  private readonly prefix: string;
  private failed = false;

  constructor(private readonly storage: DedupeStorage, name: string, private readonly report: (error: StoreError) => void) {
    this.prefix = `trolleybus:dedupe:${name.replace(/[%:]/g, encodeURIComponent)}:`;
    this.read();
  }

  /** Takes over what the storage holds; what is no date is removed. */
  read(): void {
    const { dates, prefix } = this;
    this.use((storage) => {
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
      for (const key of keys) {
        if (!key?.startsWith(prefix)) continue;
        const id = key.slice(prefix.length), date = storage.getItem(key);
        if (id !== '' && /^\d{1,15}$/.test(date!)) dates.set(id, Number(date));
        else storage.removeItem(key);
      }
    });
  }

  /** Ids and dates, some at a time. */
  load(from: number): string[] {
    return [...this.dates].slice(from, from + PART).flatMap(([id, date]) => [id, String(date)]);
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
