import { PAGE_SIZE, POINTER_SIZE } from '../spec/index.js';
import type { Statistics } from '../spec/index.js';
import { arenaUsed, pagesInUse } from './mheap.js';
import type { Mheap } from './mheap.js';
import { roundUp } from './rounding.js';
import { bytesOf } from './span.js';
import type { Span } from './span.js';

/** The counters of a heap: what the spans say, and what was counted. */
export function statistics(h: Mheap): Statistics {
  const used = arenaUsed(h);
  const free = total(h, (span) => (span.state === 'free' ? bytesOf(span) : 0));
  return {
    heap_inuse: used - free,
    heap_idle: free,
    heap_released: total(h, (span) => span.npreleased * PAGE_SIZE),
    heap_sys: used,
    pagesInUse: pagesInUse(h),
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

function total(h: Mheap, amount: (span: Span) => number): number {
  return h.spans.reduce((sum, span) => sum + amount(span), 0);
}
