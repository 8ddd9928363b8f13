import { FATAL, PAGE_SIZE } from '../../spec/index.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import type { SpanObjects } from './span-objects.js';
import type { Specials } from './specials.js';

const {
  ALLOC_BITS,
  ALLOC_COUNT,
  CACHED,
  CENTRAL_HEADS,
  CENTRAL_WORDS,
  EMPTY_HEAD,
  FLAGS,
  FREEINDEX,
  INUSE,
  LIST,
  MARK_BITS,
  NEEDZERO,
  NIL,
  NPAGES,
  OBJECTS,
  SIZECLASS_SHIFT,
  SPECIALS,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;
const { LARGEFREE, NLARGEFREE, NSMALLFREE } = CACHE;

/** What {@link Sweeper.sweepOne} answers when nothing is left to sweep. */
export const NOTHING_LEFT = -1;

/**
 * Sweeps spans: their objects that are not marked become free, and a span without objects goes back to the page heap.
 *
 * Where a `cache` is asked for, it is the one in which what is freed is counted; NIL stands for the one with the lowest
 * number. At each claim the host may run other operations: then arrays that a caller holds are stale.
 */
export class Sweeper {
  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly specials: Specials,
  ) {}

  /** Claims a span that needs sweeping: from now on nobody else sweeps it. The host is told by {@link sweepClaimed}. */
  claim(s: number): void {
    this.pages.records.words[s + SWEEPGEN] = this.pages.cycle.sweepgen - 1;
  }

  /**
   * Tells the host of a span that was claimed, and then sweeps it. Returns whether it went back to the page heap.
   *
   * @param preserve - whether it stays where it is, in its lists and in use, even if it is empty
   */
  sweepClaimed(s: number, preserve: boolean, cache: number): boolean {
    const { cycle, host, records } = this.pages;
    cycle.interrupted += 1;
    host.spanClaimed(records.words[s + START] * PAGE_SIZE);
    cycle.interrupted -= 1;
    this.pages.cleared = false;
    return this.sweep(s, preserve, cache);
  }

  /** Sweeps the next span that needs it, and returns the pages that went back to the page heap, or NOTHING_LEFT. */
  sweepOne(cache: number): number {
    const { cycle, fate, records } = this.pages;
    const { sweepgen, unswept } = cycle;
    const { words } = records;
    for (;;) {
      const s = unswept.pop();
      if (s === NIL) {
        cycle.sweepdone = true;
        return NOTHING_LEFT;
      }
      if ((words[s + FLAGS] & STATE) !== INUSE) {
        if (words[s + SWEEPGEN] !== sweepgen) fate.end(FATAL.sweepNotInUse);
        continue;
      }
      if (words[s + SWEEPGEN] !== sweepgen - 2) continue;
      const npages = words[s + NPAGES];
      this.claim(s);
      return this.sweepClaimed(s, false, cache) ? npages : 0;
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
    if (this.pages.records.words[s + SWEEPGEN] === this.pages.cycle.sweepgen) return;
    this.claim(s);
    this.sweepClaimed(s, false, cache);
  }

  /** Whether a span is being swept, so that who wants it swept would have to wait. */
  isBeingSwept(s: number): boolean {
    return this.pages.records.words[s + SWEEPGEN] === this.pages.cycle.sweepgen - 1;
  }

  /**
   * Sweeps as much as is owed before `bytes` more are allocated (proportional sweep), but for `leave` pages, which the
   * caller is about to sweep.
   */
  deduct(bytes: number, leave: number, cache: number): void {
    const { cycle } = this.pages;
    if (cycle.sweepPagesPerByte === 0) return;
    cycle.spanBytesAlloc[0] += bytes;
    const owed = Math.trunc(cycle.sweepPagesPerByte * cycle.spanBytesAlloc[0]);
    while (owed - cycle.pagesSwept > leave) {
      if (this.sweepOne(cache) === NOTHING_LEFT) {
        cycle.sweepPagesPerByte = 0;
        return;
      }
    }
  }

  /**
   * Takes back what was deducted for bytes that turned out to be allocated already.
   *
   * @throws FatalError where that is more than was deducted.
   */
  reimburse(bytes: number): void {
    const { cycle, fate } = this.pages;
    if (cycle.sweepPagesPerByte === 0) return;
    cycle.spanBytesAlloc[0] -= bytes;
    if (cycle.spanBytesAlloc[0] < 0) fate.end(FATAL.creditUnderflow);
  }

  /** Gives a span back to the page heap (`mheap.go:829`); `acct` 1 takes a large object off `heap_objects`. */
  freeSpan(s: number, acct: number, cache: number): void {
    this.caches.giveScan(cache);
    this.pages.free(s, acct);
  }

  /** Sweeps a span that was claimed, and returns whether it went back to the page heap. */
  private sweep(s: number, preserve: boolean, cache: number): boolean {
    const { objects, pages } = this;
    const { cycle, fate } = pages;
    const { words } = pages.records;
    const flags = words[s + FLAGS];
    if ((flags & STATE) !== INUSE || words[s + SWEEPGEN] !== cycle.sweepgen - 1) {
      fate.end(FATAL.sweepBadState);
    }
    cycle.pagesSwept += words[s + NPAGES];
    if ((flags & OBJECTS) === 0) return this.passBare(s);
    if (words[s + SPECIALS] !== NIL) this.specials.sweep(s);

    const sizeclass = flags >>> SIZECLASS_SHIFT;
    const nelems = objects.nelems(s);
    const marks = objects.marks(s);
    const before = words[s + ALLOC_COUNT];
    if (marks > before) fate.end(FATAL.sweepIncreasedCount);
    words[s + ALLOC_COUNT] = marks;
    words[s + FREEINDEX] = 0;
    words[s + ALLOC_BITS] = words[s + MARK_BITS];
    words[s + MARK_BITS] = objects.pool.take(nelems);

    if (sizeclass === 0) return this.finishLarge(s, marks === 0, cache);
    const freed = before - marks;
    if (freed > 0) {
      this.caches.tally(cache, NSMALLFREE + sizeclass * 2, freed);
      if (this.finishSmall(s, preserve, before === nelems, cache)) return true;
    } else {
      words[s + SWEEPGEN] = cycle.sweepgen;
    }
    cycle.swept.push(s);
    return false;
  }

  /** A span of `alloc` holds no objects that could be marked, so it stays as it is until it is freed. */
  private passBare(s: number): boolean {
    const { cycle, records } = this.pages;
    const { words } = records;
    if (words[s + LIST] !== NIL) cycle.busyUnswept -= 1;
    words[s + SWEEPGEN] = cycle.sweepgen;
    cycle.swept.push(s);
    return false;
  }

  /** Gives the span of a large object back, if that is dead. */
  private finishLarge(s: number, isDead: boolean, cache: number): boolean {
    const { cycle, records } = this.pages;
    const { words } = records;
    cycle.busyUnswept -= 1;
    words[s + SWEEPGEN] = cycle.sweepgen;
    if (!isDead) {
      cycle.swept.push(s);
      return false;
    }
    words[s + FLAGS] |= NEEDZERO;
    this.caches.tally(cache, NLARGEFREE, 1);
    this.caches.tally(cache, LARGEFREE, words[s + NPAGES] * PAGE_SIZE);
    this.freeSpan(s, 1, cache);
    return true;
  }

  /**
   * Puts a span in whose objects some were freed where it belongs, and returns whether that is the page heap.
   *
   * @param wasFull - whether it had no free object
   */
  private finishSmall(s: number, preserve: boolean, wasFull: boolean, cache: number): boolean {
    const { cycle, fate, lists, records } = this.pages;
    const { words } = records;
    if (words[s + CACHED] !== NIL) fate.end(FATAL.freeCachedSpan);
    words[s + FLAGS] |= NEEDZERO;
    words[s + SWEEPGEN] = cycle.sweepgen;
    if (preserve) return false;
    const nonempty = CENTRAL_HEADS + (words[s + FLAGS] >>> SIZECLASS_SHIFT) * CENTRAL_WORDS;
    if (wasFull) {
      lists.remove(words, nonempty + EMPTY_HEAD, s);
      lists.insert(words, nonempty, s);
    }
    if (words[s + ALLOC_COUNT] !== 0) return false;
    lists.remove(words, nonempty, s);
    this.freeSpan(s, 0, cache);
    return true;
  }
}
