import { MAX_CACHES, NUM_SIZE_CLASSES } from '../../spec/index.js';
import { checkInteger } from '../arguments.js';
import { CACHE } from './cache-layout.js';
import { CLASS, CLASSES, SIZES } from './size-classes.js';

const {
  BUSY,
  CLASS_WORDS,
  ELEMSIZE,
  LEFT,
  LOADED,
  NELEMS,
  NIL,
  NLOOKUP,
  NSMALLFREE,
  NUMBER,
  OWES,
  RECENT_SCAN,
  RECENT_TINY,
  SCAN,
  SPAN,
  TINYALLOCS,
  TINY_PAGE,
  WORDS,
} = CACHE;

const COUNTERS_END = NSMALLFREE + NUM_SIZE_CLASSES * 2;

/** The caches, and the counters that they keep for the heap. See `cache-layout.ts` for what lies where. */
export class Caches {
  /** All caches, and in front the heap's own counters. The array is replaced when it grows, in {@link add} alone. */
  words = new Int32Array(WORDS);
  /** The same memory as doubles. */
  doubles = new Float64Array(this.words.buffer);
  /** Caches by their number: NIL where there is none or no longer. */
  byNumber = new Int32Array(2);
  /** The number of {@link current}, or -1 where malloc must look for its cache. */
  number = -1;
  /** The cache that malloc has at hand: mostly the one that it used last. */
  current: number = NIL;
  /** -1 while malloc must look for its cache always ({@link close}), otherwise 0. */
  shut = 0;
  /** Caches that there are. */
  count = 0;
  /** Caches that there ever were: the number of the next one. */
  made = 0;
  /** The one with the lowest number, on which operations work that name none. */
  lowest: number = NIL;
  /** Blocks of caches that were removed. */
  readonly removed: number[] = [];
  private end: number = WORDS;

  constructor(count: number) {
    for (let i = 0; i < count; i++) this.add();
  }

  /** Bytes of the caches, with the room that is left. */
  get bytes(): number {
    return this.words.byteLength + this.byNumber.byteLength;
  }

  /**
   * The cache of a number, which can be used now.
   *
   * @throws TypeError where it is no number.
   * @throws RangeError where there is no such cache, or it is in the midst of an operation.
   */
  get(p: number): number {
    if (p >>> 0 !== p || p >= this.made) checkInteger('p', p, 0, this.made - 1);
    const cache = this.existing(p);
    if (cache === NIL) throw new RangeError(`cache ${p} was removed`);
    if (this.words[cache + BUSY] !== 0) throw new RangeError(`cache ${p} is in the midst of an operation`);
    return cache;
  }

  /** The cache of a number that is below {@link made}; NIL where it was removed. */
  existing(p: number): number {
    return this.byNumber[p];
  }

  /** Lets malloc have the cache of a number at hand, and returns whether it may: it is there, and can be used now. */
  turnTo(p: number): boolean {
    const cache = p >>> 0 === p && p < this.made ? this.existing(p) : NIL;
    if (cache === NIL || (this.words[cache + BUSY] | this.shut) !== 0) return false;
    this.number = p;
    this.current = cache;
    return true;
  }

  /** Lets every malloc look for its cache: while objects are being marked, and when the heap has ended. */
  close(): void {
    this.shut = -1;
    this.number = -1;
  }

  /** Lets malloc have caches at hand again. */
  open(): void {
    this.shut = 0;
  }

  /** Says that an operation on a cache has begun, in whose midst others may run. */
  begin(cache: number): void {
    this.number = -1;
    this.words[cache + BUSY] = 1;
  }

  /** Says that it is over. */
  finish(cache: number): void {
    const { words } = this;
    words[cache + BUSY] = 0;
    this.current = cache;
    this.number = words[cache + NUMBER] | this.shut;
  }

  /**
   * Makes a cache and returns its number.
   *
   * @throws RangeError where there have been too many.
   */
  add(): number {
    const number = this.made;
    if (number === MAX_CACHES) throw new RangeError(`a heap may have had no more than ${MAX_CACHES} caches`);
    const cache = this.block();
    this.words.fill(0, cache, cache + WORDS);
    this.words[cache + NUMBER] = number;
    this.words[cache + TINY_PAGE] = -1;
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
      const place = cache + sizeclass * CLASS_WORDS;
      this.words[place + ELEMSIZE] = SIZES[sizeclass];
      this.words[place + NELEMS] = CLASSES[sizeclass * CLASS.WORDS + CLASS.NELEMS];
    }
    if (number === this.byNumber.length) {
      const byNumber = new Int32Array(number * 2);
      byNumber.set(this.byNumber);
      this.byNumber = byNumber;
    }
    this.byNumber[number] = cache;
    this.made += 1;
    this.count += 1;
    if (this.lowest === NIL) this.lowest = cache;
    return number;
  }

  /** Removes a cache that is empty, and not the last one. */
  remove(cache: number): void {
    const number = this.words[cache + NUMBER];
    this.byNumber[number] = NIL;
    if (number === this.number) this.number = -1;
    this.removed.push(cache);
    this.count -= 1;
    if (cache !== this.lowest) return;
    let next = number + 1;
    while (this.existing(next) === NIL) next += 1;
    this.lowest = this.existing(next);
  }

  /** Lets a place have no current span. */
  clearPlace(place: number): void {
    this.words[place + LEFT] = 0;
    this.words[place + LOADED] = 0;
    this.words[place + SPAN] = NIL;
  }

  /** Adds to a counter of a cache; NIL stands for the one with the lowest number. */
  tally(cache: number, counter: number, amount: number): void {
    this.doubles[((cache || this.lowest) + counter) >>> 1] += amount;
  }

  /**
   * Gives what malloc has counted in a cache to the heap, as every allocation and freeing of a heap span does; NIL stands
   * for the one with the lowest number. Mostly it has counted nothing: that is found out without a call.
   */
  giveScan(cache: number): void {
    const { words } = this;
    const c = cache || this.lowest;
    if ((words[c + RECENT_SCAN] | words[c + RECENT_TINY] | words[c + OWES]) !== 0) this.giveCounted(c);
  }

  /** Adds what malloc has counted recently to the counters proper. */
  settle(cache: number): void {
    const { doubles, words } = this;
    if ((words[cache + RECENT_SCAN] | words[cache + RECENT_TINY]) === 0) return;
    doubles[(cache + SCAN) >>> 1] += words[cache + RECENT_SCAN];
    doubles[(cache + TINYALLOCS) >>> 1] += words[cache + RECENT_TINY];
    words[cache + RECENT_SCAN] = 0;
    words[cache + RECENT_TINY] = 0;
    words[cache + OWES] = 1;
  }

  /** Counts bytes that can hold pointers, however many. */
  addScan(cache: number, bytes: number): void {
    this.doubles[(cache + SCAN) >>> 1] += bytes;
    this.words[cache + OWES] = 1;
  }

  /** Gives all that a cache has counted to the heap. */
  giveAll(cache: number): void {
    this.giveScan(cache);
    for (let counter: number = NLOOKUP; counter < COUNTERS_END; counter += 2) {
      if (this.doubles[(cache + counter) >>> 1] !== 0) this.give(cache, counter);
    }
  }

  private giveCounted(cache: number): void {
    this.settle(cache);
    this.give(cache, SCAN);
    this.give(cache, TINYALLOCS);
    this.words[cache + OWES] = 0;
  }

  private give(cache: number, counter: number): void {
    this.doubles[counter >>> 1] += this.doubles[(cache + counter) >>> 1];
    this.doubles[(cache + counter) >>> 1] = 0;
  }

  private block(): number {
    const reused = this.removed.pop();
    if (reused !== undefined) return reused;
    const block = this.end;
    this.end += WORDS;
    if (this.end > this.words.length) {
      const words = new Int32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
      this.doubles = new Float64Array(words.buffer);
    }
    return block;
  }
}
