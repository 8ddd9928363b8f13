import type { Mheap } from '../mheap.js';
import { bytesOf } from '../span.js';
import type { Span } from '../span.js';
import { newMarkBits } from './mark-bit-arenas.js';

/** Lets a span hold objects, as many as there is room for, none of them allocated ("Mark and allocation bits"). */
export function startObjects(h: Mheap, span: Span): void {
  span.nelems = Math.floor(bytesOf(span) / span.elemsize);
  span.freeindex = 0;
  span.gcmarkBits = newMarkBits(h, span.nelems);
  span.allocBits = newMarkBits(h, span.nelems);
}

/** The statement that an object is not allocated (`mheap.go:186`). */
export function isFree(span: Span, index: number): boolean {
  return index >= span.freeindex && !span.allocBits[index];
}

/** The index of the first free object; `nelems` where there is none. */
export function firstFree(span: Span): number {
  const index = span.allocBits.indexOf(false, span.freeindex);
  return index < 0 ? span.nelems : index;
}

/**
 * Takes the first free object and gives its index; `nelems` where there is none ("Next free index"). The runtime looks
 * 64 objects at a time up in `allocCache`, on a fast path that gives up where these end, for the slow one to go on:
 * which of the two finds an object can't be observed.
 */
export function nextFreeIndex(span: Span): number {
  const index = firstFree(span);
  span.freeindex = Math.min(index + 1, span.nelems);
  return index;
}
