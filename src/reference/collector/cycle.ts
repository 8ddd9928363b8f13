import { MIN_HEAP_DISTANCE } from '../../spec/index.js';
import type { Mheap } from '../mheap.js';
import { pagesInUse } from '../mheap.js';
import { flush } from '../objects/caches.js';
import { nextMarkBitArenaEpoch } from '../objects/mark-bit-arenas.js';
import { sweepone } from './sweeping.js';

/** Finishes sweeping and begins to mark ("A collection cycle"). */
export function gcStart(h: Mheap): void {
  sweepAll(h);
  nextMarkBitArenaEpoch(h);
  h.bytesMarked = 0;
  h.marking = true;
}

/**
 * Ends marking: what is marked is what lives. All spans need sweeping now. With `heapDistance` 0 they are swept at once;
 * otherwise in proportion, so as to be done when that many bytes have been allocated ("A collection cycle").
 */
export function gcEnd(h: Mheap, heapDistance: number): void {
  for (const cache of h.caches) if (cache !== null) flush(h, cache);
  h.counters.heap_live = h.bytesMarked;
  h.marking = false;
  h.sweepgen += 2;
  h.sweepdone = false;
  h.counters.pagesSwept = 0;
  if (heapDistance === 0) {
    h.sweepPagesPerByte = 0;
    sweepAll(h);
  } else {
    h.sweepPagesPerByte = pagesInUse(h) / Math.max(heapDistance, MIN_HEAP_DISTANCE);
    h.counters.spanBytesAlloc = 0;
  }
}

function sweepAll(h: Mheap): void {
  while (sweepone(h) !== -1);
}
