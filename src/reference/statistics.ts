import { PAGE_SIZE, POINTER_SIZE } from '../spec/index.js';
import type { Statistics } from '../spec/index.js';
import { roundUp } from './growing.js';
import { arenaUsed } from './page-heap.js';
import type { PageHeap } from './page-heap.js';
import { bytesOf } from './span.js';
import type { Span } from './span.js';

/** The counters of a heap: what the spans say, and what was counted. */
export function statistics(h: PageHeap): Statistics {
  const free = total(h, (span) => (span.state === 'free' ? bytesOf(span) : 0));
  const released = total(h, (span) => span.npreleased * PAGE_SIZE);
  const pagesInUse = total(h, (span) => (span.state === 'inuse' ? span.npages : 0));
  const used = arenaUsed(h);
  return {
    heap_inuse: used - free,
    heap_idle: free,
    heap_released: released,
    heap_sys: used,
    stacks_inuse: h.counters.stacks_inuse,
    heap_objects: h.counters.heap_objects,
    heap_live: h.counters.heap_live,
    heap_scan: 0,
    tinyallocs: 0,
    nlookup: 0,
    pagesInUse,
    pagesSwept: 0,
    spanBytesAlloc: 0,
    sweepgen: h.sweepgen,
    sweepdone: 1,
    largefree: 0,
    nlargefree: 0,
    allspans: h.allspans.length,
    spansInUse: h.spans.length,
    cachesInUse: h.caches.length,
    finalizersInUse: h.counters.finalizersInUse,
    profilesInUse: h.counters.profilesInUse,
    spansMapped: spansMapped(h),
    arenaUsed: used,
  };
}

/** Entries of the span table that are mapped: one for each page, in whole physical pages (`mheap.go:444`). */
function spansMapped(h: PageHeap): number {
  const bytes = (arenaUsed(h) / PAGE_SIZE) * POINTER_SIZE;
  return roundUp(bytes, h.config.physPageSize) / POINTER_SIZE;
}

function total(h: PageHeap, amount: (span: Span) => number): number {
  return h.spans.reduce((sum, span) => sum + amount(span), 0);
}
