import { LAYOUT } from '../pages/layout.js';
import type { SpanRecords } from '../pages/span-records.js';
import { CLASS, CLASSES } from './size-classes.js';

/** Most words of mark bits, or of allocation bits, that a span has. */
const MOST_WORDS = CLASSES[CLASS.WORDS + CLASS.BIT_WORDS];

/** Records whose room is taken at a time: as much as the longest pair needs. */
const BLOCK_RECORDS = (MOST_WORDS * 2) / LAYOUT.RECORD_WORDS;

/** Says "none" where a pair of bits is named. */
const NONE = 0;

/**
 * The words of mark and allocation bits of spans of more than 32 objects; those of others stand in their record. They lie
 * in the array of the records, so that whoever looks for bits need not ask where. A span has a pair of them, side by side:
 * when it is swept they change their parts. Marks become allocation bits, and what were those, cleared, gets the next
 * marks.
 *
 * The runtime takes new mark bits instead, at each sweep: {@link BitArenas} counts them.
 */
export class BitPool {
  /** Pairs that were given back, by half the words of one part: the last one; its first word names the one before. */
  readonly free = new Int32Array(MOST_WORDS / 2 + 1);
  /** What is left of the block that was taken last: its first word, and how many they are. */
  next: number = NONE;
  left = 0;

  constructor(private readonly records: SpanRecords) {}

  /**
   * Hands out a pair of `count` cleared words each, an even number, and returns the index of the first. It may replace the
   * array.
   */
  take(count: number): number {
    const first = this.free[count >>> 1];
    if (first === NONE) return this.cut(count * 2);
    const { words } = this.records;
    this.free[count >>> 1] = words[first];
    words.fill(0, first, first + count * 2);
    return first;
  }

  /** Takes a pair of `count` words each back. */
  giveBack(first: number, count: number): void {
    this.records.words[first] = this.free[count >>> 1];
    this.free[count >>> 1] = first;
  }

  /** Cuts so many words off a block, all of them 0. */
  private cut(count: number): number {
    if (this.left < count) {
      // Of what is left over, a multiple of four words, a shorter pair can be made.
      if (this.left > 0) this.giveBack(this.next, this.left >>> 1);
      this.next = this.records.takeRoom(BLOCK_RECORDS);
      this.left = MOST_WORDS * 2;
    }
    const first = this.next;
    this.next += count;
    this.left -= count;
    return first;
  }
}
