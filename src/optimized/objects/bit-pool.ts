import { CLASS, CLASSES } from './size-classes.js';

/** Most words of mark bits, or of allocation bits, that a span has. */
const MOST_WORDS = CLASSES[CLASS.WORDS + CLASS.BIT_WORDS];

/** Words for which there is room at first. */
const FIRST_CAPACITY = 256;

/** Says "none" where a pair of bits is named. */
const NONE = 0;

/**
 * The words of mark and allocation bits. A span has a pair of them, side by side, so that whoever marks an object and looks
 * whether it is allocated finds both in one line of the processor's cache. When the span is swept they change their
 * parts: marks become allocation bits, and what were those, cleared, gets the next marks.
 *
 * The runtime takes new mark bits instead, at each sweep: {@link BitArenas} counts them.
 */
export class BitPool {
  /** All pairs. The array is replaced when it grows, in {@link take} alone. */
  words = new Int32Array(FIRST_CAPACITY);
  /** The words in front of this one belong to nobody. */
  readonly begin = 4;
  /** Index of the word behind the last one that was ever handed out. */
  end = this.begin;
  /** Pairs that were given back, by half the words of one part: the last one; its first word names the one before. */
  readonly free = new Int32Array(MOST_WORDS / 2 + 1);

  /** Bytes of the pool, with the room that is left. */
  get bytes(): number {
    return this.words.byteLength + this.free.byteLength;
  }

  /** Hands out a pair of `count` cleared words each, an even number, and returns the index of the first. */
  take(count: number): number {
    const first = this.free[count >>> 1];
    if (first === NONE) return this.extend(count * 2);
    this.free[count >>> 1] = this.words[first];
    this.clear(first, count * 2);
    return first;
  }

  /** Takes a pair of `count` words each back. */
  giveBack(first: number, count: number): void {
    this.words[first] = this.free[count >>> 1];
    this.free[count >>> 1] = first;
  }

  /** Clears words: a few, for which `fill` would take longer. */
  clear(first: number, count: number): void {
    const { words } = this;
    for (let word = first; word < first + count; word++) words[word] = 0;
  }

  private extend(count: number): number {
    const first = this.end;
    this.end += count;
    if (this.end > this.words.length) {
      const words = new Int32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    return first;
  }
}
