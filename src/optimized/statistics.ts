import { PAGE_SIZE, POINTER_SIZE } from '../spec/index.js';
import type { Statistics } from '../spec/index.js';
import type { PageHeap } from './page-heap.js';
import type { Specials } from './specials.js';

/** The counters of a heap, in the units in which they are reported. */
export function statistics(pages: PageHeap, specials: Specials): Statistics {
  const { config, records, table } = pages;
  const arenaUsed = table.mapped * PAGE_SIZE;
  return {
    heap_inuse: pages.pagesTaken * PAGE_SIZE,
    heap_idle: (table.mapped - pages.pagesTaken) * PAGE_SIZE,
    heap_released: pages.pagesReleased * PAGE_SIZE,
    heap_sys: arenaUsed,
    stacks_inuse: pages.pagesOfStacks * PAGE_SIZE,
    heap_objects: pages.objects,
    heap_live: pages.pagesLive[0] * PAGE_SIZE,
    heap_scan: 0,
    tinyallocs: 0,
    nlookup: 0,
    pagesInUse: pages.pagesInUse,
    pagesSwept: 0,
    spanBytesAlloc: 0,
    sweepgen: pages.sweepgen,
    sweepdone: 1,
    largefree: 0,
    nlargefree: 0,
    allspans: records.made,
    spansInUse: records.inUse,
    cachesInUse: config.procs,
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
