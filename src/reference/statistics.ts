import { PAGE_SIZE, POINTER_SIZE } from '../spec/index.js';
import type { Statistics } from '../spec/index.js';
import { arenaUsed } from './mheap.js';
import type { Mheap } from './mheap.js';
import { roundUp } from './rounding.js';
import type { SpanUse } from './span.js';

/** The counters of a heap: what the spans say, and what was counted. */
export function statistics(h: Mheap): Statistics {
  const pages: Record<SpanUse, number> = { free: 0, inuse: 0, stack: 0, dead: 0 };
  let released = 0;
  for (const span of h.spans) {
    pages[span.state] += span.npages;
    released += span.npreleased;
  }
  const used = arenaUsed(h);
  const idle = pages.free * PAGE_SIZE;
  return {
    heap_inuse: used - idle,
    heap_idle: idle,
    heap_released: released * PAGE_SIZE,
    heap_sys: used,
    pagesInUse: pages.inuse,
    sweepgen: h.sweepgen,
    sweepdone: h.sweepdone ? 1 : 0,
    allspans: h.allspans.length,
    spansInUse: h.spans.length,
    cachesInUse: h.caches.filter((cache) => cache !== null).length,
    spansMapped: spansMapped(h),
    arenaUsed: used,
    ...h.counters,
  };
}

/** Entries of the span table that are mapped: one for each page, in whole physical pages (`mheap.go:444`). */
function spansMapped(h: Mheap): number {
  const bytes = (arenaUsed(h) / PAGE_SIZE) * POINTER_SIZE;
  return roundUp(bytes, h.config.physPageSize) / POINTER_SIZE;
}
