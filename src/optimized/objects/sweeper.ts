import { FATAL, PAGE_SIZE } from '../../spec/index.js';
import type { Host } from '../../spec/index.js';
import type { Fate } from '../fate.js';
import type { Cycle } from '../pages/cycle.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import type { SpanLists } from '../pages/span-lists.js';
import type { SpanRecords } from '../pages/span-records.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import { CLASS, CLASSES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { Specials } from './specials.js';

const {
  ALLOC_COUNT,
  ANY_SPAN,
  CACHED,
  CENTRAL_HEADS,
  CENTRAL_WORDS,
  EMPTY_HEAD,
  FLAGS,
  FREEINDEX,
  INUSE,
  KIND,
  MARK_BITS,
  NEEDZERO,
  NIL,
  NPAGES,
  OBJECT_SPAN,
  SIZECLASS_SHIFT,
  SPECIALS,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;
const { ANY_INDEX, LARGEFREE, NLARGEFREE, NSMALLFREE } = CACHE;
const { ARENA_BYTES, BIT_WORDS, NELEMS, WORDS: CLASS_WORDS } = CLASS;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const TABLE = CLASSES;
const PAGE_BYTES = PAGE_SIZE;

/** What {@link Sweeper.sweepOne} answers when nothing is left to sweep. */
export const NOTHING_LEFT = -1;

/**
 * Sweeps spans: their objects that are not marked become free, and a span without objects goes back to the page heap.
 *
 * Where a `cache` is asked for, it is the one in which what is freed is counted; NIL stands for the one with the lowest
 * number. At each claim the host may run other operations: then arrays that a caller holds are stale.
 */
export class Sweeper {
  private readonly fate: Fate;
  private readonly cycle: Cycle;
  private readonly records: SpanRecords;
  private readonly lists: SpanLists;
  private readonly host: Host;

  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly specials: Specials,
  ) {
    ({
      fate: this.fate,
      cycle: this.cycle,
      records: this.records,
      lists: this.lists,
      host: this.host,
    } = pages);
  }

  /** Claims a span that needs sweeping: from now on nobody else sweeps it. The host is told by {@link sweepClaimed}. */
  claim(s: number): void {
    this.records.words[s + SWEEPGEN] = this.cycle.sweepgen - 1;
  }

  /**
   * Tells the host of a span that was claimed, and then sweeps it. Returns whether it went back to the page heap.
   *
   * @param preserve - whether it stays where it is, in its lists and in use, even if it is empty
   */
  sweepClaimed(span: number, preserve: boolean, givenCache: number): boolean {
    const { cycle, objects, records } = this;
    const s = span & ANY_SPAN;
    const cache = givenCache & ANY_INDEX;
    cycle.interrupted += 1;
    this.host.spanClaimed(records.words[s + START] * PAGE_BYTES);
    cycle.interrupted -= 1;
    this.pages.cleared = false;

    const { words } = records;
    const { sweepgen } = cycle;
    const flags = words[s + FLAGS];
    if ((flags & KIND) !== OBJECT_SPAN || words[s + SWEEPGEN] !== sweepgen - 1) this.refuse(s);
    cycle.pagesSwept += words[s + NPAGES];
    if (words[s + SPECIALS] !== NIL) this.specials.sweep(s);

    const sizeclass = flags >>> SIZECLASS_SHIFT;
    const c = sizeclass * CLASS_WORDS;
    const bitWords = TABLE[c + BIT_WORDS];
    const marks = objects.marks(words, words[s + MARK_BITS] & ANY_SPAN, bitWords);
    const before = words[s + ALLOC_COUNT];
    if (marks > before) this.fate.end(FATAL.sweepIncreasedCount);
    words[s + ALLOC_COUNT] = marks;
    words[s + FREEINDEX] = 0;
    objects.turnBits(words, s, bitWords);
    objects.arenas.fill(TABLE[c + ARENA_BYTES]);

    words[s + SWEEPGEN] = sweepgen;
    if (sizeclass === 0) {
      if (marks === 0) return this.freeLarge(s, cache);
    } else if (before !== marks && this.finishSmall(s, sizeclass, preserve, before, marks, cache)) {
      return true;
    }
    cycle.swept.push(s);
    return false;
  }

  /** Sweeps the next span that needs it, and returns the pages that went back to the page heap, or NOTHING_LEFT. */
  sweepOne(cache: number): number {
    const s = this.claimNext();
    if (s === NIL) return NOTHING_LEFT;
    const npages = this.records.words[s + NPAGES];
    return this.sweepClaimed(s, false, cache) ? npages : 0;
  }

  /** Claims the next span that needs sweeping, and returns it; NIL where none does. */
  private claimNext(): number {
    const { cycle } = this;
    const { words } = this.records;
    for (;;) {
      const s = cycle.unswept.pop() & ANY_SPAN;
      if (s === NIL) {
        cycle.sweepdone = true;
        return NIL;
      }
      const age = cycle.sweepgen - words[s + SWEEPGEN];
      if ((words[s + FLAGS] & STATE) !== INUSE) {
        if (age !== 0) this.fate.end(FATAL.sweepNotInUse);
      } else if (age === 2) {
        this.claim(s);
        return s;
      }
    }
  }

  /** Sweeps all that is left to sweep. */
  sweepAll(cache: number): void {
    let pages;
    do pages = this.sweepOne(cache);
    while (pages !== NOTHING_LEFT);
  }

  /** Sweeps a span if it needs it; it must not be one that is being swept. */
  ensureSwept(s: number, cache: number): void {
    if (this.records.words[s + SWEEPGEN] === this.cycle.sweepgen) return;
    this.claim(s);
    this.sweepClaimed(s, false, cache);
  }

  /** Whether a span is being swept, so that who wants it swept would have to wait. */
  isBeingSwept(s: number): boolean {
    return this.records.words[s + SWEEPGEN] === this.cycle.sweepgen - 1;
  }

  /**
   * Sweeps as much as is owed before `bytes` more are allocated (proportional sweep), but for `leave` pages, which the
   * caller is about to sweep.
   */
  deduct(bytes: number, leave: number, cache: number): void {
    const { cycle } = this;
    if (cycle.sweepPagesPerByte === 0) return;
    const allocated = cycle.spanBytesAlloc + bytes;
    cycle.spanBytesAlloc = allocated;
    const owed = cycle.sweepPagesPerByte * allocated;
    // Whole pages are owed only.
    while (owed >= cycle.pagesSwept + leave + 1) {
      const s = this.claimNext();
      if (s === NIL) {
        cycle.sweepPagesPerByte = 0;
        return;
      }
      this.sweepClaimed(s, false, cache);
    }
  }

  /**
   * Takes back what was deducted for bytes that turned out to be allocated already.
   *
   * @throws FatalError where that is more than was deducted.
   */
  reimburse(bytes: number): void {
    const { cycle, fate } = this;
    if (cycle.sweepPagesPerByte === 0) return;
    const allocated = cycle.spanBytesAlloc - bytes;
    cycle.spanBytesAlloc = allocated;
    if (allocated < 0) fate.end(FATAL.creditUnderflow);
  }

  /** Gives a span back to the page heap (`mheap.go:829`); `acct` 1 takes a large object off `heap_objects`. */
  private freeSpan(s: number, acct: number, cache: number): void {
    this.caches.giveScan(cache);
    this.objects.finish(s);
    this.pages.free(s, acct);
  }

  /** Gives a span back that has no objects left and stands in a list; returns that it went back. */
  private freeEmpty(s: number, list: number, cache: number): true {
    this.lists.remove(this.records.words, list, s);
    this.freeSpan(s, 0, cache);
    return true;
  }

  /** Gives the span of a large object back that is dead; returns that it went back. */
  private freeLarge(s: number, cache: number): true {
    const { words } = this.records;
    words[s + FLAGS] |= NEEDZERO;
    this.caches.tally(cache, NLARGEFREE, 1);
    this.caches.tally(cache, LARGEFREE, words[s + NPAGES] * PAGE_SIZE);
    this.freeSpan(s, 1, cache);
    return true;
  }

  /**
   * Ends the heap over a span that was claimed and can't be swept.
   *
   * @throws FatalError always.
   */
  private refuse(s: number): never {
    const { words } = this.records;
    const isClaimed = (words[s + FLAGS] & STATE) === INUSE && words[s + SWEEPGEN] === this.cycle.sweepgen - 1;
    this.fate.end(isClaimed ? FATAL.sweepWithoutObjects : FATAL.sweepBadState);
  }

  /**
   * Puts a span where it belongs of whose `before` objects `left` are left, and returns whether that is the page heap.
   *
   * @throws FatalError where it is with a cache.
   */
  private finishSmall(
    s: number,
    sizeclass: number,
    preserve: boolean,
    before: number,
    left: number,
    cache: number,
  ): boolean {
    const { words } = this.records;
    this.caches.tally(cache, NSMALLFREE + sizeclass * 2, before - left);
    if (words[s + CACHED] !== NIL) this.failCached();
    words[s + FLAGS] |= NEEDZERO;
    if (preserve) return false;
    const nonempty = CENTRAL_HEADS + sizeclass * CENTRAL_WORDS;
    if (before === TABLE[sizeclass * CLASS_WORDS + NELEMS]) {
      this.lists.moveToFront(words, nonempty + EMPTY_HEAD, nonempty, s);
    }
    return left === 0 && this.freeEmpty(s, nonempty, cache);
  }

  /**
   * Ends the heap over a span that is with a cache and was swept all the same.
   *
   * @throws FatalError always.
   */
  private failCached(): never {
    this.fate.end(FATAL.freeCachedSpan);
  }
}
