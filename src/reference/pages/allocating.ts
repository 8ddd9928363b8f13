import { CLASS_TO_SIZE, PAGE_SIZE } from '../../spec/index.js';
import type { AllocOperation, AllocStackResult } from '../../spec/index.js';
import { reclaim } from '../collector/reclaiming.js';
import { busyList, freeList, insert, insertBack, listOrder, remove } from '../lists.js';
import { firstBy, freeSpans, sweptStack } from '../mheap.js';
import type { Mheap } from '../mheap.js';
import { currentCache, transferScanAndTiny } from '../objects/current-cache.js';
import { newSpan } from '../records.js';
import { bytesOf } from '../span.js';
import type { Span } from '../span.js';
import { grow } from './growing.js';

/**
 * Allocates a span for objects, or gives null where there is no memory (`mheap.go:536`, `mheap.go:621`). It is up to the
 * caller to say which objects it holds; till then it holds none.
 */
export function alloc(h: Mheap, request: Omit<AllocOperation, 'op'>): { span: Span; zeroed: boolean } | null {
  if (!h.sweepdone) reclaim(h, request.npages);
  transferScanAndTiny(h, currentCache(h));
  const span = allocSpan(h, request.npages);
  if (span === null) return null;

  span.state = 'inuse';
  span.sweepgen = h.sweepgen;
  sweptStack(h).push(span);
  span.sizeclass = request.sizeclass;
  span.elemsize = request.sizeclass === 0 ? bytesOf(span) : CLASS_TO_SIZE[request.sizeclass];
  span.limit = span.base + Math.floor(bytesOf(span) / span.elemsize) * span.elemsize;
  span.nelems = 0;
  span.allocCount = 0;
  if (request.large) {
    h.counters.heap_objects += 1;
    h.counters.heap_live += bytesOf(span);
    insertBack(h, span, busyList(h, span.npages));
  }

  const zeroed = request.needzero && span.needzero !== 0;
  if (zeroed) h.host.clear(span.base, bytesOf(span));
  span.needzero = 0;
  return { span, zeroed };
}

/** Allocates a span for stacks, or gives null where there is no memory (`mheap.go:639`). */
export function allocStack(h: Mheap, npages: number): AllocStackResult | null {
  const span = allocSpan(h, npages);
  if (span === null) return null;

  span.state = 'stack';
  span.allocCount = 0;
  h.counters.stacks_inuse += bytesOf(span);
  return { base: span.base };
}

/**
 * Takes a span of exactly `npages` pages out of the free ones, growing the arena where none is long enough
 * (`mheap.go:661`). After growth only the large list is searched, so that a short new span is missed.
 */
function allocSpan(h: Mheap, npages: number): Span | null {
  let span = bestFit(h, freeSpans(h), npages);
  if (span === undefined) {
    if (!grow(h, npages)) return null;
    const large = freeSpans(h).filter((s) => s.npages >= h.config.maxHeapList);
    span = bestFit(h, large, npages);
  }
  if (span === undefined) return null;

  remove(span, freeList(h, span.npages));
  useReleasedPages(h, span);
  trim(h, span, npages);
  span.unusedsince = 0;
  return span;
}

/**
 * The shortest free span that is long enough. Among equally short ones it is the first of their list, which is the
 * one freed last; among those too long for a list of their own, the one with the lowest address (`mheap.go:665`,
 * `mheap.go:747`).
 */
function bestFit(h: Mheap, free: readonly Span[], npages: number): Span | undefined {
  const longEnough = free.filter((span) => span.npages >= npages);
  return firstBy(longEnough, (a, b) => {
    if (a.npages !== b.npages) return a.npages - b.npages;
    return a.npages < h.config.maxHeapList ? listOrder(a, b) : a.base - b.base;
  });
}

/** Tells the operating system that the released pages of a span are wanted again (`mheap.go:699`). */
function useReleasedPages(h: Mheap, span: Span): void {
  if (span.npreleased === 0) return;
  h.host.sysUsed(span.base, bytesOf(span));
  span.npreleased = 0;
}

/** Cuts a span to `npages` pages; what is left over becomes a free span as old and as dirty (`mheap.go:705`). */
function trim(h: Mheap, span: Span, npages: number): void {
  if (span.npages === npages) return;
  const rest = newSpan(h, span.base + npages * PAGE_SIZE, span.npages - npages);
  rest.state = 'free';
  rest.needzero = span.needzero;
  rest.unusedsince = span.unusedsince;
  span.npages = npages;
  h.spans.splice(h.spans.indexOf(span) + 1, 0, rest);
  insert(h, rest, freeList(h, rest.npages));
}
