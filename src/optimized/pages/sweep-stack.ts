import { LAYOUT } from './layout.js';

const { NIL } = LAYOUT;

/** Entries for which there is room at first. */
const FIRST_CAPACITY = 64;

/**
 * A stack of span records (`gcSweepBuf`). An entry stays when its span is freed: it goes stale, and where the record
 * is reused it names the record's next span.
 */
export class SweepStack {
  /** Records, the bottom first; only the first {@link size} count. */
  entries = new Int32Array(FIRST_CAPACITY);
  size = 0;

  push(s: number): void {
    const { size } = this;
    if (size === this.entries.length) this.extend();
    this.entries[size] = s;
    this.size = size + 1;
  }

  /** Takes the top entry off, and returns it; NIL where there is none. */
  pop(): number {
    if (this.size === 0) return NIL;
    const size = this.size - 1;
    this.size = size;
    return this.entries[size];
  }

  private extend(): void {
    const entries = new Int32Array(this.entries.length * 2);
    entries.set(this.entries);
    this.entries = entries;
  }
}
