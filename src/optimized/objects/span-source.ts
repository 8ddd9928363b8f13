import type { Bitmap } from '../pages/bitmap.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import type { Caches } from './caches.js';
import { NOTHING_LEFT } from './sweeper.js';
import type { Sweeper } from './sweeper.js';

const { BUSY_LARGE, NIL, NPAGES, SWEEPGEN } = LAYOUT;

/**
 * Where heap spans come from: the page heap but, while there is something to sweep, only after as many pages as are
 * wanted were swept and went back to it (`mheap.go:461` to `563`).
 */
export class SpanSource {
  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly sweeper: Sweeper,
  ) {}

  /**
   * Allocates a heap span (`mheap.go:536`); for the arguments see {@link PageHeap.alloc}.
   *
   * @param cache - the one that works, or NIL for that of the lowest number
   */
  alloc(npages: number, flags: number, large: boolean, cache: number): number {
    if (!this.pages.cycle.sweepdone) this.reclaim(npages, cache);
    this.caches.giveScan(cache);
    return this.pages.alloc(npages, flags, large);
  }

  /** Sweeps until `npages` pages went back to the page heap, or nothing is left to sweep (`mheap.go:495`). */
  private reclaim(npages: number, cache: number): void {
    const { config, cycle } = this.pages;
    const { busyUnswept } = cycle;
    const { maxHeapList } = config;
    // First large objects that may be long enough alone,
    for (let length = nextLength(busyUnswept, npages, maxHeapList); length > 0;) {
      if (this.reclaimList(length, npages, cache) !== 0) return;
      length = nextLength(busyUnswept, length + 1, maxHeapList);
    }
    if (this.reclaimList(maxHeapList, npages, cache) !== 0) return;
    // then several smaller ones,
    let reclaimed = 0;
    const end = Math.min(npages, maxHeapList);
    for (let length = nextLength(busyUnswept, 1, end); length > 0;) {
      reclaimed += this.reclaimList(length, npages - reclaimed, cache);
      if (reclaimed >= npages) return;
      length = nextLength(busyUnswept, length + 1, end);
    }
    // then whatever comes next.
    while (reclaimed < npages) {
      const swept = this.sweeper.sweepOne(cache);
      if (swept === NOTHING_LEFT) return;
      reclaimed += swept;
    }
  }

  /**
   * Sweeps the spans in the busy list of a length, or in that of all long ones, until `npages` pages went back to the
   * page heap, or a swept span is in front: all behind that should be swept, too. Returns the pages that went back
   * (`mheap.go:461`).
   */
  private reclaimList(length: number, npages: number, cache: number): number {
    const { cycle, lists, records } = this.pages;
    const list = this.pages.busyList(length);
    let reclaimed = 0;
    let passed = false;
    let s = lists.first(records.words, list);
    while (s !== NIL) {
      const { words } = records;
      const age = cycle.sweepgen - words[s + SWEEPGEN];
      if (age === 0) break;
      if (age === 1) {
        passed = true;
        s = lists.following(words, list, s);
        continue;
      }
      const pages = words[s + NPAGES];
      this.sweeper.claim(s);
      lists.moveToBack(words, list, list, s);
      if (this.sweeper.sweepClaimed(s, false, cache)) reclaimed += pages;
      if (reclaimed >= npages) return reclaimed;
      passed = false;
      s = lists.first(records.words, list);
    }
    if (!passed && list !== BUSY_LARGE) cycle.busyUnswept.delete(length);
    return reclaimed;
  }
}

/** The least length in a set from `from` on, but below `end`; 0 where there is none. */
function nextLength(lengths: Bitmap, from: number, end: number): number {
  const length = from < end ? lengths.next(from) : -1;
  return length > 0 && length < end ? length : 0;
}
