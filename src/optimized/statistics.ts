import { PAGE_SIZE, POINTER_SIZE } from '../spec/index.js';
import type { Statistics } from '../spec/index.js';
import type { HeapParts } from './heap-parts.js';
import { CACHE } from './objects/cache-layout.js';

/** The counters of a heap, in the units in which they are reported. */
export function statistics({ caches, pages, specials }: HeapParts): Statistics {
  const { config, cycle, records, table } = pages;
  const counter = (word: number): number => caches.doubles[word >>> 1];
  const arenaUsed = table.mapped * PAGE_SIZE;
  return {
    heap_inuse: pages.pagesTaken * PAGE_SIZE,
    heap_idle: (table.mapped - pages.pagesTaken) * PAGE_SIZE,
    heap_released: pages.pagesReleased * PAGE_SIZE,
    heap_sys: arenaUsed,
    stacks_inuse: pages.pagesOfStacks * PAGE_SIZE,
    heap_objects: pages.objects,
    heap_live: pages.live,
    heap_scan: counter(CACHE.SCAN),
    tinyallocs: counter(CACHE.TINYALLOCS),
    nlookup: counter(CACHE.NLOOKUP),
    pagesInUse: pages.pagesInUse,
    pagesSwept: cycle.pagesSwept,
    spanBytesAlloc: cycle.spanBytesAlloc,
    sweepgen: cycle.sweepgen,
    sweepdone: cycle.sweepdone ? 1 : 0,
    largefree: counter(CACHE.LARGEFREE),
    nlargefree: counter(CACHE.NLARGEFREE),
    allspans: records.made,
    spansInUse: records.inUse,
    cachesInUse: caches.count,
    finalizersInUse: specials.finalizers,
    profilesInUse: specials.profiles,
    spansMapped: spansMapped(table.mapped, config.physPageSize),
    arenaUsed,
  };
}

/** Entries of the runtime's span table that are mapped for so many pages: whole physical pages of them (`mheap.go:444`). */
function spansMapped(pages: number, physPageSize: number): number {
  const entriesPerPhysPage = physPageSize / POINTER_SIZE;
  return Math.ceil(pages / entriesPerPhysPage) * entriesPerPhysPage;
}
