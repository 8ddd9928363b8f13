import type { Mheap } from './mheap.js';
import type { Span } from './span.js';

/**
 * Makes a record describe a run of pages: the record freed last, or a new one where none is free (`recordspan`,
 * `mheap.go:267`; `mspan.init`, `mheap.go:1015`). A reused record keeps its `sweepgen` (`mheap.go:409`) and, until
 * it holds objects again, its `limit`.
 */
export function newSpan(h: Mheap, base: number, npages: number): Span {
  const record = h.freeRecords.pop() ?? makeRecord(h);
  const { limit, sweepgen } = record;
  return Object.assign(record, blankRecord(), { base, npages, limit, sweepgen });
}

/** Takes the record of a span that is no more for the next one (`mheap.go:915`). */
export function freeRecord(h: Mheap, span: Span): void {
  span.state = 'dead';
  h.freeRecords.push(span);
}

function makeRecord(h: Mheap): Span {
  const record = blankRecord();
  h.allspans.push(record);
  return record;
}

function blankRecord(): Span {
  return {
    base: 0,
    npages: 0,
    state: 'dead',
    place: null,
    needzero: 0,
    unusedsince: 0,
    npreleased: 0,
    sizeclass: 0,
    elemsize: 0,
    limit: 0,
    nelems: 0,
    allocCount: 0,
    freeindex: 0,
    allocBits: [],
    gcmarkBits: [],
    incache: false,
    sweepgen: 0,
    specials: [],
  };
}
