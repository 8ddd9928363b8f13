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
    const { maxHeapList } = this.pages.config;
    // First large objects that may be long enough alone,
    for (let length = npages; length < maxHeapList; length++) {
      if (this.reclaimList(this.pages.busyList(length), npages, cache) !== 0) return;
    }
    if (this.reclaimList(BUSY_LARGE, npages, cache) !== 0) return;
    // then several smaller ones,
    let reclaimed = 0;
    const end = Math.min(npages, maxHeapList);
    for (let length = 1; length < end; length++) {
      reclaimed += this.reclaimList(this.pages.busyList(length), npages - reclaimed, cache);
      if (reclaimed >= npages) return;
    }
    // then whatever comes next.
    while (reclaimed < npages) {
      const swept = this.sweeper.sweepOne(cache);
      if (swept === NOTHING_LEFT) return;
      reclaimed += swept;
    }
  }

  /**
   * Sweeps the spans in a busy list until `npages` pages went back to the page heap, or a swept span is in front: all
   * behind that should be swept, too. Returns the pages that went back (`mheap.go:461`).
   */
  private reclaimList(list: number, npages: number, cache: number): number {
    const { cycle, lists, records } = this.pages;
    if (cycle.busyUnswept === 0) return 0;
    let reclaimed = 0;
    let s = lists.first(records.words, list);
    while (s !== NIL) {
      const { words } = records;
      const age = cycle.sweepgen - words[s + SWEEPGEN];
      if (age === 0) break;
      if (age === 1) {
        s = lists.following(words, list, s);
        continue;
      }
      const length = words[s + NPAGES];
      this.sweeper.claim(s);
      lists.remove(words, list, s);
      lists.insertBack(words, list, s);
      if (this.sweeper.sweepClaimed(s, false, cache)) reclaimed += length;
      if (reclaimed >= npages) break;
      s = lists.first(records.words, list);
    }
    return reclaimed;
  }
}
