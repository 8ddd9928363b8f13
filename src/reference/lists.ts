import { FATAL, FatalError } from '../spec/index.js';
import type { PageHeap } from './page-heap.js';
import type { ListName, Span } from './span.js';

/** The list in which free spans of `npages` pages stand (`mheap.go:936`). */
export function freeList(h: PageHeap, npages: number): ListName {
  return npages < h.config.maxHeapList ? `free[${npages}]` : 'freelarge';
}

/** The list in which large in-use spans of `npages` pages stand (`mheap.go:943`). */
export function busyList(h: PageHeap, npages: number): ListName {
  return npages < h.config.maxHeapList ? `busy[${npages}]` : 'busylarge';
}

/**
 * Puts a span at the front of a list (`mheap.go:1071`).
 *
 * @throws FatalError where it stands in a list already.
 */
export function insert(h: PageHeap, span: Span, list: ListName): void {
  if (span.place !== null) throw new FatalError(FATAL.listInsert);
  h.insertions++;
  span.place = { list, order: -h.insertions };
}

/**
 * Puts a span at the back of a list (`mheap.go:1089`).
 *
 * @throws FatalError where it stands in a list already.
 */
export function insertBack(h: PageHeap, span: Span, list: ListName): void {
  if (span.place !== null) throw new FatalError(FATAL.listInsertBack);
  h.insertions++;
  span.place = { list, order: h.insertions };
}

/**
 * Takes a span out of the list that it stands in (`mheap.go:1047`).
 *
 * @throws FatalError where it does not stand in that list.
 */
export function remove(span: Span, list: ListName): void {
  if (span.place?.list !== list) throw new FatalError(FATAL.listRemove);
  span.place = null;
}

/** Says which of two members of a list stands before the other: negative for `a`. */
export function listOrder(a: Span, b: Span): number {
  return (a.place?.order ?? 0) - (b.place?.order ?? 0);
}
