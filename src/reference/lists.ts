import { FATAL, FatalError } from '../spec/index.js';
import type { Mheap } from './mheap.js';
import type { Span, SpanList } from './span.js';

/** The list in which free spans of `npages` pages stand (`mheap.go:936`). */
export function freeList(h: Mheap, npages: number): SpanList {
  return h.free[npages] ?? h.freelarge;
}

/** The list in which large in-use spans of `npages` pages stand (`mheap.go:943`). */
export function busyList(h: Mheap, npages: number): SpanList {
  return h.busy[npages] ?? h.busylarge;
}

/** The spans in a list, in list order. */
export function members(h: Mheap, list: SpanList): Span[] {
  return h.spans.filter((span) => span.place?.list === list).sort(listOrder);
}

/**
 * Puts a span at the front of a list (`mheap.go:1071`).
 *
 * @throws FatalError where it stands in a list already.
 */
export function insert(h: Mheap, span: Span, list: SpanList): void {
  if (span.place !== null) throw new FatalError(FATAL.listInsert);
  h.insertions++;
  span.place = { list, order: -h.insertions };
}

/**
 * Puts a span at the back of a list (`mheap.go:1089`).
 *
 * @throws FatalError where it stands in a list already.
 */
export function insertBack(h: Mheap, span: Span, list: SpanList): void {
  if (span.place !== null) throw new FatalError(FATAL.listInsertBack);
  h.insertions++;
  span.place = { list, order: h.insertions };
}

/**
 * Takes a span out of the list that it stands in (`mheap.go:1047`).
 *
 * @throws FatalError where it does not stand in that list.
 */
export function remove(span: Span, list: SpanList): void {
  if (span.place?.list !== list) throw new FatalError(FATAL.listRemove);
  span.place = null;
}

/** Says which of two members of a list stands before the other: negative for `a`. */
export function listOrder(a: Span, b: Span): number {
  return (a.place?.order ?? 0) - (b.place?.order ?? 0);
}

/** Moves a span from the list that it stands in to the back of a list. */
export function moveToBack(h: Mheap, span: Span, list: SpanList): void {
  if (span.place === null) throw new FatalError(FATAL.listRemove);
  remove(span, span.place.list);
  insertBack(h, span, list);
}
