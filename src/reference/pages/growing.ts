import { PAGE_SIZE } from '../../spec/index.js';
import { coalesce } from './freeing.js';
import { arenaUsed } from '../mheap.js';
import type { Mheap } from '../mheap.js';
import { newSpan } from '../records.js';
import { roundUp } from '../rounding.js';

/**
 * Adds at least `npages` pages of fresh memory to the end of the arena, as a free span, and says whether it could
 * (`mheap.go:763`). It asks for a whole chunk first, and for no more than it needs where it can't have that.
 */
export function grow(h: Mheap, npages: number): boolean {
  const needed = roundUp(npages * PAGE_SIZE, h.config.growRound);
  const wanted = Math.max(needed, h.config.heapAllocChunk);
  const start = arenaUsed(h);

  const got = [wanted, needed].find((bytes, i) => (i === 0 || bytes < wanted) && sysAlloc(h, start, bytes));
  if (got === undefined) {
    h.host.print(`runtime: out of memory: cannot allocate ${needed}-byte block (${start} in use)\n`);
    return false;
  }

  const span = newSpan(h, start, got / PAGE_SIZE);
  span.sweepgen = h.sweepgen;
  span.state = 'free';
  span.unusedsince = h.host.nanotime();
  h.spans.push(span);
  coalesce(h, span);
  return true;
}

/** Maps the next `bytes` of the arena, all or nothing ("The operating system"). */
function sysAlloc(h: Mheap, start: number, bytes: number): boolean {
  const reserved = h.config.arenaPages * PAGE_SIZE;
  return start + bytes <= reserved && h.host.sysMap(start, bytes);
}
