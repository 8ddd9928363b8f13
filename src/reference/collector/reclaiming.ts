import { members } from '../lists.js';
import type { Mheap } from '../mheap.js';
import type { SpanList } from '../span.js';
import { claimAndSweep, isBeingSwept, isUnswept, sweepone } from './sweeping.js';

/**
 * Sweeps until `npages` pages have gone back to the heap, before as many are allocated (`mheap.go:495`). It looks for one
 * dead object that is large enough, from short spans to long ones; then for smaller ones that add up; then sweeps whatever
 * is left.
 */
export function reclaim(h: Mheap, npages: number): void {
  for (const list of [...h.busy.slice(npages), h.busylarge]) {
    if (reclaimList(h, list, npages) > 0) return;
  }

  let reclaimed = 0;
  for (const list of h.busy.slice(0, npages)) {
    reclaimed += reclaimList(h, list, npages - reclaimed);
    if (reclaimed >= npages) return;
  }

  while (reclaimed < npages) {
    const pages = sweepone(h);
    if (pages === -1) return;
    reclaimed += pages;
  }
}

/**
 * Sweeps spans of a list until `npages` pages have gone back to the heap, and gives the pages that have (`mheap.go:461`).
 * It always takes the first span, as the list may have changed meanwhile, passing over those that are being swept. A
 * swept span ends the search: those behind it are taken to be swept too.
 */
function reclaimList(h: Mheap, list: SpanList, npages: number): number {
  let reclaimed = 0;
  for (;;) {
    const span = members(h, list).find((s) => !isBeingSwept(h, s));
    if (span === undefined || !isUnswept(h, span)) return reclaimed;
    const pages = span.npages;
    if (claimAndSweep(h, span, { preserve: false, toBackOf: list })) reclaimed += pages;
    if (reclaimed >= npages) return reclaimed;
  }
}
