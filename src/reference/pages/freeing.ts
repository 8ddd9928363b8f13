import { FATAL, FatalError } from '../../spec/index.js';
import { busyList, freeList, insert, remove } from '../lists.js';
import type { Mheap } from '../mheap.js';
import { currentCache, transferScanAndTiny } from '../objects/current-cache.js';
import { freeRecord } from '../records.js';
import { bytesOf, endOf } from '../span.js';
import type { Span } from '../span.js';

/** Frees a heap span; `acct` says that a large object died with it (`mheap.go:829`). */
export function free(h: Mheap, span: Span, acct: number): void {
  transferScanAndTiny(h, currentCache(h));
  h.counters.heap_objects -= acct;
  freeSpan(h, span);
}

/** Frees a stack span, whose memory is dirty (`mheap.go:855`). */
export function freeStack(h: Mheap, span: Span): void {
  span.needzero = 1;
  h.counters.stacks_inuse -= bytesOf(span);
  freeSpan(h, span);
}

/**
 * Makes a span free, its age starting now (`mheap.go:868`).
 *
 * @throws FatalError where it is free already, or still holds something.
 */
function freeSpan(h: Mheap, span: Span): void {
  if (span.state === 'stack') {
    if (span.allocCount !== 0) throw new FatalError(FATAL.freeInvalidStack);
  } else if (span.state === 'inuse') {
    if (span.allocCount !== 0 || span.sweepgen !== h.sweepgen) throw new FatalError(FATAL.freeInvalid);
  } else {
    throw new FatalError(FATAL.freeInvalidState);
  }

  if (span.place !== null) remove(span, busyList(h, span.npages));
  span.state = 'free';
  span.unusedsince = h.host.nanotime();
  span.npreleased = 0;
  coalesce(h, span);
}

/**
 * Merges a span that has just become free with its free neighbours and puts it at the front of its list
 * (`mheap.go:903`). It keeps its own record and age, and takes over their pages, dirt and released pages.
 */
export function coalesce(h: Mheap, span: Span): void {
  const before = h.spans.find((s) => s.state === 'free' && endOf(s) === span.base);
  const after = h.spans.find((s) => s.state === 'free' && s.base === endOf(span));
  if (before !== undefined) {
    span.base = before.base;
    absorb(h, span, before);
  }
  if (after !== undefined) absorb(h, span, after);
  insert(h, span, freeList(h, span.npages));
}

function absorb(h: Mheap, span: Span, neighbour: Span): void {
  span.npages += neighbour.npages;
  span.npreleased += neighbour.npreleased;
  span.needzero |= neighbour.needzero;
  remove(neighbour, freeList(h, neighbour.npages));
  h.spans = h.spans.filter((s) => s !== neighbour);
  freeRecord(h, neighbour);
}
