import { PayloadError } from '../errors.js';
import { MAX_BYTES } from '../payload.js';
import type { Subscription } from '../subscription.js';
import { utf8Length } from '../text.js';
import { coders } from './coders.js';
import { SCRIPT_QUIET, SCRIPT_RESPONDER } from './exports.js';

/** Go's linear memory: one input buffer, which JavaScript fills, and one output, which Go points at. */
export class Memory {
  // Not of the module: who imports it, in a test without a real browser, need not have them.
  private readonly encoder = new (coders().TextEncoder)();
  private readonly decoder = new (coders().TextDecoder)('utf-8', { ignoreBOM: true });
  private bytes = new Uint8Array();
  private words = new Uint32Array();
  private view = new DataView(new ArrayBuffer(0));
  private input = 0;
  private capacity = 0;

  /** `output`: address of Go's `{pointer, length uint32; number float64}`. `buffer`: that of Go's input, at least so large; 0 if it can't be had. */
  constructor(private wasm: { readonly buffer: ArrayBuffer }, private output: number, private readonly buffer: (size: number) => number) {}

  // Growing the memory detaches the views; their length is then 0.
  private refresh(): void {
    if (this.bytes.length !== 0) return;
    this.bytes = new Uint8Array(this.wasm.buffer);
    this.words = new Uint32Array(this.wasm.buffer);
    this.view = new DataView(this.wasm.buffer);
  }

  /** The instance has died. Its frames may still be on the stack, so what callers write to it goes to a memory of nobody's. */
  private leave(capacity: number): void {
    const buffer = new ArrayBuffer(Math.ceil(Math.max(capacity, this.output + 16) / 8) * 8);
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.view = new DataView(buffer);
  }

  /** The instance is gone from the stack, too. */
  letGo(): void {
    this.input = this.output = this.capacity = 0;
    this.leave(0);
    this.wasm = this.view;
  }

  private reserve(size: number): number {
    if (size > this.capacity) {
      if (size > MAX_BYTES) throw new PayloadError('$', `may take ${size} bytes, and at most ${MAX_BYTES} can cross to Go; publish it in parts`);
      const capacity = Math.max(4096, 2 ** Math.ceil(Math.log2(size)));
      this.input = this.buffer(capacity) >>> 0;
      this.capacity = capacity;
      if (this.input === 0) this.leave(capacity);
    }
    this.refresh();
    return this.input;
  }

  /** Writes a string as UTF-8 to the input; its length in bytes. */
  write(text: string): number {
    const { length } = text;
    // Exact where it is long, since three bytes for each unit could go over the cap for nothing.
    const at = this.reserve(length > 1024 ? utf8Length(text) : length * 3);
    if (length <= 64) {
      const { bytes } = this;
      let i = 0;
      for (; i < length; i++) {
        const c = text.charCodeAt(i);
        if (c > 127) break;
        bytes[at + i] = c;
      }
      if (i === length) return length;
    }
    return this.encoder.encodeInto(text, this.bytes.subarray(at)).written;
  }

  writeBytes(data: Uint8Array): number {
    const at = this.reserve(data.length);
    this.bytes.set(data, at);
    return data.length;
  }

  writeNumber(value: number): number {
    const at = this.reserve(8);
    this.view.setFloat64(at, value, true);
    return 8;
  }

  /** Each change: `id uint32, order float64, length uint16, pattern`; length 0 removes, its top bit marks a responder. */
  writeChanges(changes: readonly Subscription[]): number {
    let size = 0;
    for (const s of changes) size += 14 + s.pattern.length * 3;
    let at = this.reserve(size);
    const start = at;
    for (const s of changes) {
      this.view.setUint32(at, s.id, true);
      this.view.setFloat64(at + 4, s.order, true);
      const written = s.active ? this.encoder.encodeInto(s.pattern, this.bytes.subarray(at + 14)).written : 0;
      const marks = !s.active ? 0 : (s.responder ? SCRIPT_RESPONDER : 0) | (s.quiet ? SCRIPT_QUIET : 0);
      this.view.setUint16(at + 12, written | marks, true);
      at += 14 + written;
    }
    return at - start;
  }

  /** The word at an address that is a multiple of 4. */
  word(at: number): number {
    this.refresh();
    return this.words[at >>> 2]!;
  }

  text(at: number, length: number): string {
    this.refresh();
    at >>>= 0;
    return this.decoder.decode(this.bytes.subarray(at, at + length));
  }

  outputString(): string {
    this.refresh();
    return this.text(this.view.getUint32(this.output, true), this.view.getUint32(this.output + 4, true));
  }

  outputStrings(): string[] {
    return this.outputString().split('\0').map(unescaped);
  }

  /** Writes strings as Go splits them; the length. */
  writeStrings(parts: readonly string[]): number {
    return this.write(parts.map(escaped).join('\0'));
  }

  outputNumber(): number {
    this.refresh();
    return this.view.getFloat64(this.output + 8, true);
  }

  outputPair(): [number, number] {
    this.refresh();
    return [this.view.getUint32(this.output, true), this.view.getUint32(this.output + 4, true)];
  }

  /** A copy: Go's memory moves on. */
  outputBytes(): Uint8Array {
    this.refresh();
    const at = this.view.getUint32(this.output, true);
    return this.bytes.slice(at, at + this.view.getUint32(this.output + 4, true));
  }
}

// Strings are joined by zero bytes, which may be in names and messages as well: `jsbridge/memory.go` does the same.
function escaped(text: string): string {
  return /[\0\x01]/.test(text) ? text.replaceAll('\x01', '\x01b').replaceAll('\0', '\x01a') : text;
}

function unescaped(text: string): string {
  return text.includes('\x01') ? text.replaceAll('\x01a', '\0').replaceAll('\x01b', '\x01') : text;
}
